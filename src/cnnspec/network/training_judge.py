"""Steps of training beside the exact ones: the first that differs, and in which parameter.

Each step is judged from the parameters that the implementation had before it, so that no rounding
adds up from step to step, and a right step after a wrong one would be right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.data import mnist_training_subset
from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.exact import bounds
from cnnspec.network.trace import no_bound, place
from cnnspec.operations.network.exact import Parameters, parameters
from cnnspec.operations.train_step.exact import ExactStep, NoBoundError, exact_step
from cnnspec.subject.processes.training import StepFailedError, Stepped
from cnnspec.texts import listed

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: The learning rate: a power of two, so that the rate itself is never rounded.
RATE = 2.0**-7

#: What is judged of a step, in this order.
STAGES = ("loss", "filters", "weights", "biases")

#: No bound holds for the network in dtypes that round to more than this.
_COARSEST = 1e-6

#: The learning rate of the article's series.
_SERIES_RATE = 0.005

#: How close to a mistake's numbers those must be that look like it, relative to what they moved.
_CLOSE = 1e-4


class Steps(Protocol):
    """Training that is asked step by step: see `cnnspec.subject.processes.training.Training`."""

    called: str
    notes: list[str]

    def begin(self, parameters: dict[str, Array]) -> dict[str, Array]:
        """Give it its first parameters."""
        ...

    def step(self, image: Array, label: int, rate: float) -> Stepped:
        """Have a step taken."""
        ...


@dataclass
class TrainingTally:
    """What was found of steps of training.

    Attributes
    ----------
    steps : int
        How many were asked for.
    judged : int
        How many agree, each within its bounds.
    has_loss : bool
        Whether a loss was returned.
    failure : list of str
        What differs first, in lines.
    not_tested : str
        Why nothing was found, or what ended the run, or "".
    tied, plain : int
        Images of which windows of the pooling tie, and those without.
    """

    steps: int
    called: str
    judged: int = 0
    has_loss: bool = True
    failure: list[str] = field(default_factory=list)
    not_tested: str = ""
    tied: int = 0
    plain: int = 0


def lessons(count: int, seed: int = 0) -> Iterator[tuple[str, Array, int]]:
    """Yield what each step is given: an image (28, 28) of bytes in words, itself, and its label.

    Every third is a bundled training image. On a digit's background most windows of the pooling
    tie, and of these implementations may give the gradient to any place. The others are images of
    random bytes, which have no ties: there every number is certain.
    """
    images, labels = mnist_training_subset()
    random = np.random.default_rng(seed)
    for step in range(count):
        if step % 3 == 2:
            index = step // 3 % len(images)
            yield f"training image {index}", images[index], int(labels[index])
        else:
            noise = random.integers(0, 256, (28, 28), dtype=np.uint8)
            yield "an image of random bytes", noise, int(random.integers(10))


def judge_training(training: Steps, count: int) -> TrainingTally:
    """Have steps taken until one differs, and return what was found."""
    tally = TrainingTally(count, training.called)
    try:
        held = training.begin(parameters().by_name())
    except (Unavailable, StepFailedError) as reason:
        tally.not_tested = str(reason)
        return tally
    before: dict[str, Floats] = {}
    for number, (name, image, label) in enumerate(lessons(count), start=1):
        dtype = bounds.coarsest(*(value.dtype for value in held.values()))
        if bounds.precision(dtype).roundoff > _COARSEST:
            tally.not_tested = no_bound(dtype)
            return tally
        try:
            due = exact_step(image, label, _network(held), RATE, dtype)
        except NoBoundError as reason:
            tally.not_tested = f"step {number}: {reason}"
            return tally
        where = f"step {number} of {count} ({name}, label {label})"
        try:
            done = training.step(image.copy(), label, RATE)
        except StepFailedError as reason:
            tally.failure = [f"{where} failed: {reason}"]
            return tally
        tally.has_loss = tally.has_loss and done.loss is not None
        known = _Known(image, label, held, due, before)
        if said := _other_shape(known, done):
            tally.failure = [f"{where}: {said}"]
        elif lines := _differs(where, due, done, dtype):
            tally.failure = [*lines, *_looks_like(known, done)]
        if tally.failure:
            return tally
        tally.judged, tally.tied = number, tally.tied + bool(due.ties)
        tally.plain += not due.ties
        held, before = done.parameters, due.gradients
    return tally


def _agreeing(stages: Sequence[str]) -> str:
    return f"{listed(stages)} {'agrees' if [*stages] == ['loss'] else 'agree'}"


def _network(held: dict[str, Array]) -> Parameters:
    return Parameters(**{name: value.astype(np.float64) for name, value in held.items()})


def _differs(where: str, due: ExactStep, done: Stepped, dtype: np.dtype[Any]) -> list[str]:
    """Return in lines what of a step differs, none if all agrees."""
    excesses: dict[str, Floats] = {}
    allowed: dict[str, Floats] = {}
    if done.loss is not None:
        coarse = bounds.coarsest(dtype, done.loss.dtype)
        wider = max(1.0, bounds.precision(coarse).roundoff / bounds.precision(dtype).roundoff)
        excesses["loss"] = errors_of(done.loss, due.loss)
        allowed["loss"] = due.loss.allowed * wider
    for name, span in due.parameters.items():
        after = done.parameters[name]
        excesses[name], allowed[name] = span.excess(after.astype(np.float64)), span.allowed
    wrong = {name: ~(excesses[name] <= allowed[name]) for name in STAGES if name in excesses}
    differing = [name for name, places in wrong.items() if places.any()]
    if not differing:
        return []
    agree = [name for name in wrong if name not in differing]
    words = [f"{name} {'differs' if name == 'loss' else 'differ'}" for name in differing]
    for number, name in enumerate(differing):
        if said := place(wrong[name], _AXES[name]):
            words[number] += f" {said}"
    lines = [f"{where}: {'; '.join([*words, *([_agreeing(agree)] if agree else [])])}"]
    first = differing[0]
    worst = np.unravel_index(int(np.argmax(excesses[first])), excesses[first].shape)
    got = done.loss if first == "loss" else done.parameters[first]
    exact = due.loss.high if first == "loss" else due.parameters[first].middle
    assert got is not None
    index = f"[{', '.join(map(str, worst))}]" if worst else ""
    lines.append(
        f"{first}{index} is {float(got[worst]):.9g} instead of {float(exact[worst]):.9g};"
        f" roundings explain {float(allowed[first][worst]):.2g}"
    )
    return lines


_AXES = {
    "loss": (),
    "filters": ("filter", "row", "column"),
    "weights": ("input", "class"),
    "biases": ("class",),
}


def _other_shape(known: "_Known", done: Stepped) -> str:
    """Return which parameters have another shape than before the step, or ""."""
    for name, after in done.parameters.items():
        if after.shape != known.held[name].shape:
            return f"{name} have the shape {after.shape}, and had {known.held[name].shape}"
    return ""


# --- what it looks like ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What is known of a step that differs."""

    image: Array
    label: int
    held: dict[str, Array]
    due: ExactStep
    before: dict[str, Floats]


def _looks_like(known: _Known, done: Stepped) -> Iterator[str]:
    """Say of each parameter what was done with it, if a mistake that is known gives its numbers."""
    found: dict[str, list[str]] = {}
    for name in STAGES[1:]:
        after = done.parameters[name].astype(np.float64)
        moved = known.held[name].astype(np.float64) - after
        if (known.due.parameters[name].excess(after) <= known.due.parameters[name].allowed).all():
            continue
        if said := next(_of_parameter(known, done, name, moved), ""):
            found.setdefault(said, []).append(name)
    for said, names in found.items():
        yield f"it looks so: {listed(names)} {said}"
    if done.loss is not None and (said := next(_of_loss(known, done), "")):
        yield f"it looks so: the loss is {said}"


def _of_parameter(known: _Known, done: Stepped, name: str, moved: Floats) -> Iterator[str]:
    """Yield what a parameter's movement may be."""
    gradient = known.due.gradients[name]
    if not moved.any():
        yield "stay as they were"
    if _is_near(moved, -RATE * gradient):
        yield "move up the gradient: it is added, and must be subtracted"
    if known.before:
        yield from _of_memory(moved / RATE - gradient, known.before[name])
    if name == "filters":
        yield from _of_filters(known, done, moved / RATE)
    square = float((gradient**2).sum())
    factor = float((moved * gradient).sum()) / (RATE * square) if square else 0.0
    if factor and _is_near(moved, factor * RATE * gradient):
        if abs(factor * RATE - _SERIES_RATE) < _CLOSE * RATE:
            yield f"move with the learning rate {_SERIES_RATE}, whatever is given"
        if abs(factor - 1) < _CLOSE:
            yield "move almost as they must, as if something were rounded to fewer digits"
        yield f"move {factor:.6g} times as far as they must"


def _of_memory(rest: Floats, before: Floats) -> Iterator[str]:
    """Yield what there is of the gradient before in what is too much."""
    share = float((rest * before).sum() / (before**2).sum()) if before.any() else 0.0
    if abs(share - 1) < _CLOSE and _is_near(rest, before):
        yield "move by the gradient of the step before, too: it is not cleared"
    if abs(share) > _CLOSE and _is_near(rest, share * before):
        yield f"move by {share:.4g} times the gradient of the step before, too, as by momentum"


def _of_filters(known: _Known, done: Stepped, gradient: Floats) -> Iterator[str]:
    """Yield what is mistaken in the filters' gradient alone."""
    due = known.due.gradients["filters"]
    others = _network({**known.held, "weights": done.parameters["weights"]})
    if _is_near(gradient, _filters_gradient(known, others)):
        yield "move by a gradient that came through the weights after their update"
    if _is_near(gradient, due.swapaxes(1, 2)):
        yield "have rows and columns exchanged in their gradient"
    if _is_near(gradient, due[:, ::-1, ::-1]):
        yield "have their gradient turned by half a turn"


def _filters_gradient(known: _Known, network: Parameters) -> Floats:
    """Return the filters' gradient with other weights behind the same probabilities."""
    old = _network(known.held)
    by_logits = known.due.gradients["biases"]
    through = (network.weights @ by_logits).reshape(13, 13, 8)
    pixels = known.image / 255 - 0.5
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (3, 3))
    maps = np.tensordot(windows, np.moveaxis(old.filters, 0, -1), axes=2)
    flat = maps.reshape(13, 2, 13, 2, 8).swapaxes(1, 2).reshape(13, 13, 4, 8)
    chosen = np.arange(4)[:, np.newaxis] == flat.argmax(axis=2)[:, :, np.newaxis]
    under = windows.reshape(13, 2, 13, 2, 9).swapaxes(1, 2).reshape(13, 13, 4, 9)
    found = np.einsum("ijk,ijpk,ijpt->kt", through, chosen.astype(float), under)
    return np.asarray(found).reshape(8, 3, 3)


def _of_loss(known: _Known, done: Stepped) -> Iterator[str]:
    """Yield what a wrong loss may be."""
    assert done.loss is not None
    got, due = float(done.loss), float(known.due.loss.high)
    if abs(got - due) <= known.due.loss.allowed:
        return
    if abs(got + due) < _CLOSE * due:
        yield "the logarithm, without the minus sign"
    if abs(got - due / np.log(2)) < _CLOSE * due:
        yield "taken by the logarithm to base 2"
    if abs(got - due / np.log(10)) < _CLOSE * due:
        yield "taken by the logarithm to base 10"
    if abs(got - np.exp(-due)) < _CLOSE:
        yield "the label's probability, not the negative logarithm of it"
    after = _network(done.parameters)
    if all(np.isfinite(value).all() for value in after.by_name().values()):
        try:
            later = exact_step(known.image, known.label, after, RATE, np.dtype(np.float64)).loss
        except NoBoundError:
            return
        if abs(got - float(later.high)) < _CLOSE * due:
            yield "that after the update: it is computed with the new parameters"


def _is_near(one: Floats, other: Floats) -> bool:
    """Return whether two movements are one, but for roundings of some kind."""
    size = float(np.abs(other).max(initial=0))
    return bool(size and np.isfinite(one).all() and np.abs(one - other).max() <= _CLOSE * size)


# --- in words --------------------------------------------------------------------------------


def training_text(tally: TrainingTally) -> str:
    """Return what was found for people."""
    lines = []
    if tally.failure:
        first, *rest = tally.failure
        lines = [f"{tally.called}: {first}", *(f"  {line}" for line in rest)]
        if tally.judged:
            before = "the step before agrees" if tally.judged == 1 else "the steps before agree"
            lines.append(f"  {before} in all")
    elif tally.not_tested:
        lines = [f"training: not tested, {tally.not_tested}"]
        if tally.judged:
            lines.append(f"  the steps before agree: {tally.judged}")
    else:
        stages = STAGES if tally.has_loss else STAGES[1:]
        step = "a step" if tally.judged == 1 else f"{tally.judged} steps"
        lines = [f"{tally.called}: {step}, {_agreeing(stages)} in each"]
        lines.append(f"  {_images(tally)}")
        if not tally.has_loss:
            lines.append("  no loss is returned, so none was judged")
    return "\n".join(lines) + "\n"


def _images(tally: TrainingTally) -> str:
    """Say on which images the filters are certain."""
    certain = f"{tally.plain} on images without ties, where every number is certain"
    tied = f"; {tally.tied} on images with ties, whose gradient may go to one place or to all"
    return certain + (tied if tally.tied else "")
