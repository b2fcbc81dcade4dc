"""The trace of the MNIST network: what every layer of an implementation returns for an image.

It is composed of whatever operations the implementation offers, each fed with what the one before
it returned, and compared with the exact layers within bounds that are proved from layer to layer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import (
    NonconformanceError,
    NotTestedError,
    wrong_shape,
    wrong_values,
)
from cnnspec.operations.network import NetworkAnswer, network_answer
from cnnspec.operations.network.exact import ExactLogits, Parameters, exact_logits

Array = NDArray[Any]

#: The layers, in the order in which they are computed.
STAGES = ("input", "conv", "pool", "logits", "probabilities", "loss")

#: The operation that is all layers in a row.
WHOLE = "network"

_PLURALS = ("logits", "probabilities")

_AXES = {3: ("row", "column", "map"), 1: ("class",)}


@dataclass(frozen=True)
class Trace:
    """What the layers returned for one image.

    Attributes
    ----------
    arrays : dict
        By stage: "input" (28, 28), "conv" (26, 26, 8), "pool" (13, 13, 8), "logits" (10,),
        "probabilities" (10,), "loss" (). What is not offered, and what would need it, is missing.
    cases : dict of Case
        The call that returned each of them; the input, which no call returns, has none.
    stopped : NotTestedError or NonconformanceError or None
        Why the trace does not go on, if a layer could not be had.
    stopped_at : str
        That layer's stage.
    accuracy : array or None
        What a network returned as acc.
    """

    arrays: dict[str, Array]
    cases: dict[str, Case]
    stopped: NotTestedError | NonconformanceError | None = None
    stopped_at: str = ""
    accuracy: Array | None = None

    @property
    def chosen(self) -> int | None:
        """The most probable class, if the trace goes that far."""
        for stage in ("probabilities", "logits"):
            if stage in self.arrays:
                return int(np.argmax(self.arrays[stage]))
        return None

    def dtype_until(self, stage: str) -> np.dtype[Any]:
        """Return the coarsest dtype of the layers up to a stage."""
        until = STAGES[: STAGES.index(stage) + 1]
        return bounds.coarsest(*(a.dtype for name, a in self.arrays.items() if name in until))


def trace(
    judge: Judge,
    name: str,
    image: Array,
    label: int,
    network: Parameters,
    dtype: str | None = None,
) -> Trace:
    """Return what the layers of an implementation make of a digit (28, 28), pixels 0 to 255.

    Parameters
    ----------
    judge : Judge
        Of the implementation.
    name : str
        How the id of the cases begins.
    dtype : str, optional
        Of image and parameters: float64 by default, or the next that the implementation takes.

    """
    arrays: dict[str, Array] = {"input": (image / 255 - 0.5).astype(dtype or np.float64)}
    cases: dict[str, Case] = {}
    stage = ""
    try:
        for stage, operation, arguments in _calls(judge, arrays, label, network):
            case = Case(f"{name}-{stage}", operation, arguments)
            cases[stage] = case.cast(dtype) if dtype else case
            arrays[stage] = judge.value(cases[stage])
    except (NotTestedError, NonconformanceError) as reason:
        return Trace(arrays, cases, reason, stage)
    arrays["input"] = judge.capabilities.narrowed(cases["conv"]).arguments["image"]
    return Trace(arrays, cases)


def _calls(
    judge: Judge, arrays: dict[str, Array], label: int, network: Parameters
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each call's stage, operation and arguments; ``arrays`` holds the results so far."""
    offers = judge.capabilities.offers
    yield "conv", "conv2d", {"image": arrays["input"], "filters": network.filters}
    yield "pool", "max_pool2d", {"maps": arrays["conv"]}
    # No finer than the maps: an implementation may refuse arguments of different dtypes.
    narrow = arrays["pool"].dtype.kind == "f" and arrays["pool"].dtype.itemsize < 8
    dtype = arrays["pool"].dtype if narrow else np.dtype(np.float64)
    dense = {"weights": network.weights.astype(dtype), "bias": network.biases.astype(dtype)}
    if offers("dense"):
        yield "logits", "dense", {"x": arrays["pool"], **dense}
    if offers("dense") and offers("softmax"):
        yield "probabilities", "softmax", {"logits": arrays["logits"]}
    elif offers("softmax_layer"):
        yield "probabilities", "softmax_layer", {"x": arrays["pool"], **dense}
    if "probabilities" in arrays and offers("cross_entropy"):
        given = {"probabilities": arrays["probabilities"], "label": label}
        yield "loss", "cross_entropy", given


def trace_of_whole(judge: Judge, name: str, image: Array, label: int, network: Parameters) -> Trace:
    """Return what ``forward(image, label)`` shows of its layers: probabilities and loss.

    Raises
    ------
    NotTestedError, NonconformanceError
        As `trace`; also if ``forward`` does not return three values.
    """
    given = {"image": image, "label": label, **network.by_name()}
    case = Case(f"{name}-network", WHOLE, given)
    values = judge.returned(case)[1].values
    judge.holds(case, len(values) == 3, "forward does not return (out, loss, acc)")
    pixels = (image / 255 - 0.5).astype(dtype_of_network(judge, case))
    arrays = {"input": pixels, "probabilities": values[0], "loss": values[1]}
    return Trace(arrays, dict.fromkeys(arrays, case), accuracy=values[2])


def dtype_of_network(judge: Judge, case: Case) -> np.dtype[Any]:
    """Return the coarsest dtype in which the arguments of a network are sent."""
    sent = judge.capabilities.narrowed(case).arguments.values()
    return bounds.coarsest(*(value.dtype for value in sent if isinstance(value, np.ndarray)))


def compare(judge: Judge, found: Trace, image: Array, label: int, network: Parameters) -> None:
    """Check every layer of a trace against its bound, and the class where it is certain.

    Raises
    ------
    NonconformanceError
        Of the first layer that differs; its message names those before it, which agree.
    NotTestedError
        If there is no layer to compare.
    """
    normwise = judge.implementation.accuracy == "normwise"
    known: dict[np.dtype[Any], ExactLogits] = {}
    agree: list[str] = []
    for stage, got in found.arrays.items():
        if stage == "input":
            continue
        dtype = found.dtype_until(stage)
        if bounds.precision(dtype).roundoff > 1e-6 and stage in ("logits", "probabilities", "loss"):
            raise _without_bound(judge, found.cases[stage], dtype)
        if dtype not in known:
            known[dtype] = exact_logits(image, network, dtype, normwise=normwise)
        answer = _answer(known[dtype], stage, label, dtype)
        judge.count(found.cases[stage].operation)
        _agrees(found.cases[stage], stage, got, answer, agree)
        agree.append(stage)
    if isinstance(found.stopped, NonconformanceError):
        found.stopped.layers = _layers(agree, found.stopped_at)
        raise found.stopped.because(f"{in_agreement(agree)}, then:" if agree else "")
    if found.stopped and not agree:
        raise found.stopped
    if found.chosen is not None:
        sure = known[found.dtype_until("probabilities")].certain_class()
        last = found.cases[agree[-1]]
        judge.holds(last, sure in (None, found.chosen), f"the class is {sure}, not {found.chosen}")
        if found.accuracy is not None:
            check_accuracy(judge, last, found.accuracy, sure)


def _without_bound(judge: Judge, case: Case, dtype: np.dtype[Any]) -> NotTestedError:
    """Return the error of what no bound holds for; a layer is judged by itself elsewhere."""
    reason = no_bound(dtype)
    return judge.unjudgeable(case, reason) if case.operation == WHOLE else NotTestedError(reason)


def no_bound(dtype: np.dtype[Any]) -> str:
    """Return in words why the network's dense layer cannot be judged in a dtype."""
    return f"no bound holds for sums of 1352 products in {dtype}"


def check_accuracy(judge: Judge, case: Case, acc: Array, sure: int | None) -> None:
    """Check that a network's acc is 0 or 1, and the right one if its class is certain."""
    label = case.arguments["label"]
    judge.holds(case, acc.shape == () and acc in (0, 1), f"acc is {acc}, neither 0 nor 1")
    judge.holds(
        case,
        sure is None or bool(acc) == (sure == label),
        f"acc is {int(acc)} for the label {label}, the most probable class is {sure}",
    )


def exact_trace(image: Array, label: int, network: Parameters) -> dict[str, Array]:
    """Return every layer of a digit in exact arithmetic, rounded to float64."""
    dtype = np.dtype(np.float64)
    exact = exact_logits(image, network, dtype)
    answers = {stage: _answer(exact, stage, label, dtype) for stage in STAGES}
    return {stage: answer.high for stage, answer in answers.items()}


@lru_cache(maxsize=4)  # the loss is asked for next
def _probabilities(exact: ExactLogits, dtype: np.dtype[Any]) -> NetworkAnswer:
    return network_answer(exact, dtype)


def _answer(exact: ExactLogits, stage: str, label: int, dtype: np.dtype[Any]) -> Answer:
    if stage in exact.layers:
        layer = exact.layers[stage]
        return Answer(layer.high, layer.low, layer.bound)
    probabilities = _probabilities(exact, dtype)
    return probabilities if stage == "probabilities" else probabilities.loss(label, dtype)


def _agrees(case: Case, stage: str, got: Array, answer: Answer, before: list[str]) -> None:
    if answer.high.shape == () and got.shape == (1,):
        got = got.reshape(())
    if got.shape != answer.high.shape:
        error = wrong_shape(case, got, answer)
        error.layers = _layers(before, stage)
        verb = "have" if stage in _PLURALS else "has"
        said = f"{stage} {verb} the shape {got.shape}, expected {answer.high.shape}"
        raise error.because(f"{in_agreement(before)}; {said}" if before else said)
    wrong = ~(errors_of(got, answer) <= answer.allowed)
    if wrong.any():
        error = wrong_values(case, got, answer, why=divergence(before, stage, wrong))
        error.layers = _layers(before, stage, _place(wrong))
        raise error


def _layers(agree: Sequence[str], differs: str, where: str = "") -> dict[str, Any]:
    """Return which layers agree and the first that does not, as an error holds it."""
    return {"agree": list(agree), "differs": differs, "where": where}


def divergence(agree: list[str], stage: str, wrong: NDArray[np.bool_]) -> str:
    """Say which layer is the first to differ, and where: "conv agrees; pool differs everywhere"."""
    verb = "differ" if stage in _PLURALS else "differs"
    differs = f"{stage} {verb} {_place(wrong)}".strip()
    return f"{in_agreement(agree)}; {differs}" if agree else differs


def in_agreement(stages: Sequence[str]) -> str:
    """Say that these layers agree: "conv and pool agree"."""
    *others, last = stages
    if others:
        return f"{', '.join(others)} and {last} agree"
    return f"{last} agree" if last in _PLURALS else f"{last} agrees"


def whole_against_layers(
    judge: Judge, name: str, image: Array, label: int, network: Parameters
) -> str:
    """Say what the layers show of a network whose ``forward`` is wrong; "" if none is offered.

    ``forward`` also prepares the image and hands each layer's result to the next.
    """
    try:
        found = trace(judge, name, image, label, network)
        compare(judge, found, image, label, network)
    except NotTestedError:
        return ""
    except NonconformanceError as error:
        return f"one by one, {error.first_line}"
    layers = in_agreement([stage for stage in found.arrays if stage != "input"])
    return (
        f"one by one, {layers}: forward differs in what lies between them (the image must become"
        " image / 255 - 0.5, and the pooled maps be flattened as they are)"
    )


def _place(wrong: NDArray[np.bool_]) -> str:
    return place(wrong, _AXES.get(wrong.ndim, ()))


def place(wrong: NDArray[np.bool_], axes: Sequence[str]) -> str:
    """Return where an array is wrong: the shortest true description of one of its axes."""
    if wrong.ndim == 0:
        return ""
    if wrong.all():
        return "everywhere"
    found = {}
    for axis, word in enumerate(axes):
        others = tuple(other for other in range(wrong.ndim) if other != axis)
        places = np.flatnonzero(wrong.any(axis=others))
        first, size = int(places[0]), wrong.shape[axis]
        if len(places) == 1:
            found[1 / size] = f"in {word} {first} only"
        elif first > 0 and len(places) == size - first:
            found[len(places) / size] = f"from {word} {first} on"
    if found:
        return found[min(found)]
    return f"in {int(wrong.sum())} of {wrong.size} values"
