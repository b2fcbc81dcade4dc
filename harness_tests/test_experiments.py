"""Experiments find what an implementation computes instead, and claim no more than they may."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.case import Case
from cnnspec.diagnosis.replays import (
    DIFFERENT,
    PASSES,
    SAME,
    UNLIKE,
    RanTest,
    Replays,
    as_offered,
)
from cnnspec.experiments import pairs
from cnnspec.experiments.conditions import Conditions
from cnnspec.experiments.investigation import (
    CERTAIN,
    DRAWN,
    LIKELY,
    OBSERVED,
    REFUTING,
    Finding,
    Investigation,
    _together,
)
from cnnspec.experiments.laboratory import CALLS, Asked, Laboratory
from cnnspec.experiments.search import ALIKE, Search, fault_theory
from cnnspec.experiments.theories import BREAKS, EXPLAINS, FAILS, SILENT, Theory
from cnnspec.faults import FAULTS, shown_in
from cnnspec.faults.train_step import train_step
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Draw
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from cnnspec.subject.outcomes import NetworkResult
from cnnspec.subject.processes.isolation import load_isolated
from cnnspec.subject.processes.process import POSSIBLE, Limits
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import by_turns, implementation, sample

Array = NDArray[Any]
Function = Callable[..., Any]
Arguments = dict[str, Any]


@dataclass
class Investigated:
    """What an investigation found, and how many calls it asked."""

    findings: list[Finding]
    calls: int

    @property
    def only(self) -> Finding:
        """The one finding that there is."""
        assert len(self.findings) == 1, self.findings
        return self.findings[0]


def investigated(
    operation: str,
    judged: Function | Implementation,
    failing: Sequence[tuple[str, Arguments]] = (),
    passed: Sequence[Arguments] = (),
    *,
    faults: Sequence[Theory] = (),
    draw: Callable[[Draw], Arguments] | None = None,
) -> Investigated:
    """Investigate one operation; ``draw`` draws other calls than its simulator does."""
    if not isinstance(judged, Implementation):
        judged = implementation(**{operation: judged})
    investigation = Investigation(operation, Capabilities(judged), faults)
    if draw is not None:
        investigation._simulator = replace(investigation._simulator, draw=draw)  # noqa: SLF001
    with quiet():
        findings = investigation.run(failing, passed)
    assert investigation.laboratory.calls <= CALLS
    return Investigated(findings, investigation.laboratory.calls)


# --- wrong functions -------------------------------------------------------------------------


def convolution(
    *,
    image: Callable[[Array], Array] = lambda image: image,
    filters: Callable[[Array], Array] = lambda filters: filters,
    when: Callable[[Array, Array, int], bool] = lambda _image, _filters, _stride: True,
    **fixed: Any,
) -> Function:
    """Return a convolution that changes its arguments, where they are so and so."""

    def conv2d(
        image_: Array,
        filters_: Array,
        bias: Array | None = None,
        stride: int = 1,
        padding: str = "valid",
    ) -> Array:
        options: Arguments = {"bias": bias, "stride": stride, "padding": padding}
        if when(image_, filters_, stride):
            return reference.conv2d(image(image_), filters(filters_), **{**options, **fixed})
        return reference.conv2d(image_, filters_, **options)

    return conv2d


def rotated(filters: Array) -> Array:
    return filters[:, ::-1, ::-1]


def with_border(mode: str, largest: int = 99) -> Function:
    """Return a convolution that pads in another mode, and takes filters up to a size only."""

    def conv2d(
        image: Array,
        filters: Array,
        bias: Array | None = None,
        stride: int = 1,
        padding: str = "valid",
    ) -> Array:
        if padding == "same":
            size = filters.shape[1]
            if size > largest:
                raise ValueError("the filter is too large")
            at_sides = [(size // 2, size // 2)] * 2
            of_image = [(0, 0)] * (image.ndim == 4) + at_sides + [(0, 0)] * (image.ndim > 2)
            image = np.pad(image, of_image, mode=mode)  # type: ignore[call-overload]
        return reference.conv2d(image, filters, bias=bias, stride=stride)

    return conv2d


def pooling(change: Callable[[Array], Any], name: str = "max_pool2d") -> Function:
    pool = getattr(reference, name)

    def pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Any:
        return change(pool(maps, size=size, stride=stride))

    return pool2d


def summed(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return reference.avg_pool2d(maps, size=size, stride=stride) * (size * size)


def without_stride(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return reference.max_pool2d(maps, size=size)


def gelu(x: Array) -> Array:
    x = x.astype(np.float64)
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return np.asarray(0.5 * x * (1 + np.tanh(inner)))


def by_columns(x: Array, weights: Array, bias: Array) -> Array:
    return reference.dense(x.ravel("F"), weights, bias)


def dense_parts(share: float, of_bias: float) -> Function:
    def dense(x: Array, weights: Array, bias: Array) -> Array:
        sums = reference.dense(x, weights, np.zeros_like(bias))
        return np.asarray(share * sums + of_bias * bias)

    return dense


def saturating(
    image: Array, filters: Array, *, bias: Array | None = None, stride: int = 1
) -> Array:
    sums = np.clip(reference.conv2d(image, filters, stride=stride), -20, 30)
    return sums if bias is None else sums + bias


def along_the_first_axis(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=0))
    return np.asarray(powers / powers.sum(axis=0))


def network(
    pixels: Callable[[Array], Array] = lambda image: image / 255 - 0.5,
    loss: Callable[[Any], Any] = lambda loss: loss,
    accuracy: Callable[[Array, int], Any] = lambda out, label: int(np.argmax(out) == label),
) -> Function:
    def made(image: Array, label: int, filters: Array, weights: Array, biases: Array) -> Any:
        pooled = reference.max_pool2d(reference.conv2d(pixels(image), filters))
        out = reference.softmax(reference.dense(pooled, weights, biases))
        return NetworkResult((out, loss(reference.cross_entropy(out, label)), accuracy(out, label)))

    return made


WRONG: dict[str, tuple[str, Function, str]] = {
    "rotated": ("conv2d", convolution(filters=rotated), "the filter is rotated by 180 degrees"),
    "no bias": ("conv2d", convolution(bias=None), "the bias is ignored"),
    "the edge": (
        "conv2d",
        with_border("edge"),
        "the edge is repeated around the image instead of zeros",
    ),
    "no stride": ("conv2d", convolution(stride=1), "the stride is ignored: windows are 1 apart"),
    "GELU": ("relu", gelu, "it computes GELU in its tanh approximation"),
    "absolute": ("relu", np.abs, "it computes the absolute value"),
    "steps": ("relu", lambda x: x > 0, "it computes a step: 1 for positive numbers"),
    "whole": ("relu", lambda x: np.trunc(np.maximum(x, 0)), "are cut to whole numbers"),
    "from 0": ("max_pool2d", pooling(lambda maps: np.maximum(maps, 0)), "the maximum starts at 0"),
    "from FLT_MIN": (
        "max_pool2d",
        lambda maps, size=2, stride=None: np.maximum(
            reference.max_pool2d(maps, size, stride), 1.175494351e-38
        ),
        "starts at 1.17549435e-38, the smallest positive number of a type and not its lowest",
    ),
    "from -1.6 down": (
        "min_pool2d",
        lambda maps, size=2, stride=None: np.minimum(
            reference.min_pool2d(maps, size, stride), -1.6
        ),
        "the search for the minimum starts at -1.6: it wins over higher elements",
    ),
    "another default": (
        "leaky_relu",
        lambda x, slope=0.1: np.where(x > 0, x, slope * x),
        "the slope is 0.1 where none is given",
    ),
    "side by side": ("max_pool2d", without_stride, "windows stand side by side"),
    "sums": ("dense", dense_parts(0.8, 1), "the sums, without the bias, are multiplied by 0.8"),
    "of the bias": ("dense", dense_parts(1, 0.37), "the bias is multiplied by 0.37"),
    "saturating": (
        "conv2d",
        saturating,
        "the sums, without the bias, are clipped to the range from -20 to 30",
    ),
    "reversed": (
        "max_pool2d",
        pooling(lambda maps: maps[..., ::-1]),
        "the maps of the input are in reverse order",
    ),
    "largest": (
        "min_pool2d",
        pooling(lambda maps: maps, "max_pool2d"),
        "it takes the maximum of each window, not the minimum",
    ),
    "sum": ("avg_pool2d", summed, "it takes the sum of each window, not the mean"),
    "columns": ("dense", by_columns, "x is flattened in Fortran order"),
    "bias twice": (
        "dense",
        lambda x, weights, bias: reference.dense(x, weights, 2 * bias),
        "the bias is added twice",
    ),
    "base 2": (
        "softmax",
        lambda logits: (
            (powers := np.exp2(logits - logits.max(axis=-1, keepdims=True)))
            / powers.sum(axis=-1, keepdims=True)
        ),
        "powers of 2 are taken, not of e",
    ),
    "first axis": ("softmax", along_the_first_axis, "the softmax is taken along the first axis"),
    "log 2": (
        "cross_entropy",
        lambda probabilities, label: -np.log2(probabilities[label]),
        "the logarithm is to base 2",
    ),
    "log 2, as an array of one loss": (
        "cross_entropy",
        lambda probabilities, label: -np.log2(probabilities[[label]]),
        "the logarithm is to base 2",
    ),
    "label - 1": (
        "cross_entropy",
        lambda probabilities, label: -np.log(probabilities[label - 1]),
        "labels are counted from 1",
    ),
    "epsilon": (
        "cross_entropy",
        lambda probabilities, label: -np.log(probabilities[label] + 1e-7),
        "a constant, 1e-07, is added to the probability",
    ),
    "no softmax": ("softmax_layer", reference.dense, "the logits are returned"),
    "in the part": (
        "softmax_layer",
        lambda x, weights, bias: reference.softmax(by_columns(x, weights, bias)),
        "in the dense layer, x is flattened in Fortran order",
    ),
    "not centred": (
        "network",
        network(lambda image: image / 255),
        "pixels become image / 255, without - 0.5",
    ),
    "accuracy": (
        "network",
        network(accuracy=lambda _out, _label: 0),
        "probabilities and loss are right; acc is always 0",
    ),
    # What is measured.
    "cut off at 25": ("relu", lambda x: np.clip(x, 0, 25), "a ReLU that is cut off at 25"),
    "pixels / 257": (
        "network",
        network(lambda image: image / 257 - 0.3),
        "pixels become image / 257 - 0.3",
    ),
    "slope": (
        "relu",
        lambda x: np.where(x > 0, x, 0.03 * x),
        "a leaky ReLU: negative numbers are multiplied by 0.03",
    ),
    "cut off": ("relu", lambda x: np.clip(x, 0, 20), "a ReLU that is cut off at 20"),
    "temperature": (
        "softmax",
        lambda logits: reference.softmax(logits * 0.7),
        "the logits are multiplied by 0.7",
    ),
    "pixels": (
        "network",
        network(lambda image: image / 200 - 0.3),
        "pixels become image / 200 - 0.3",
    ),
    # What is wrong under a condition.
    "with a stride": (
        "conv2d",
        convolution(filters=rotated, when=lambda _i, _f, stride: stride > 1),
        "(true convolution instead of cross-correlation), only with a stride above 1",
    ),
    "many channels": (
        "conv2d",
        convolution(filters=rotated, when=lambda i, _f, _s: i.ndim > 2 and i.shape[-1] > 3),
        "cross-correlation), only if the number of channels is more than 3",
    ),
    "lying": (
        "conv2d",
        convolution(
            filters=rotated,
            when=lambda i, _f, _s: i.shape[i.ndim // 4] < i.shape[i.ndim // 4 + 1],
        ),
        "only if the number of rows is less than the number of columns",
    ),
    "float32": (
        "relu",
        lambda x: np.abs(x) if x.dtype == np.float32 else np.maximum(x, 0),
        "the absolute value, in the place of max(x, 0), only with x in float32",
    ),
    "many maps": (
        "max_pool2d",
        pooling(lambda maps: maps[..., ::-1] if maps.shape[-1] > 2 else maps),
        "are in reverse order, only if the number of maps is more than 2",
    ),
    "softmax backward assigned": (
        "softmax_backward",
        lambda grad, logits: (
            -(p := reference.softmax(logits)) * (p * grad).sum(axis=-1, keepdims=True)
        ),
        "what each class gets of its own, p * grad, is overwritten",
    ),
}


#: Those that take long.
_SLOW = {
    "accuracy",
    "no bias",
    "pixels",
    "pixels / 257",
    "the edge",
    "no stride",
    "many channels",
    "lying",
}


#: Those whose wrong answers hold the same number wherever they are wrong.
_OF_ONE_NUMBER = {
    "steps",
    "from 0",
    "from FLT_MIN",
    "from -1.6 down",
    "accuracy",
    "cut off",
    "cut off at 25",
}


def marks_of(name: str) -> list[pytest.MarkDecorator]:
    return [by_turns] if name in _SLOW else []


def graded(operation: str, function: Function, words: str) -> str:
    """Return how sure the one thing is that is found, and hold that it is what it has to be."""
    found = investigated(operation, function).only
    (said,) = found.words
    assert words in said
    assert len(found.explained) == found.asked > 2
    assert all(found.remedies)
    return found.grade


@pytest.mark.parametrize(
    ("operation", "function", "words"),
    [
        pytest.param(*given, id=name, marks=marks_of(name))
        for name, given in WRONG.items()
        if name not in _OF_ONE_NUMBER
    ],
)
def test_a_mistake_is_found_and_certain(operation: str, function: Function, words: str) -> None:
    assert graded(operation, function, words) == CERTAIN


def test_a_loss_with_too_many_axes_has_no_factor() -> None:
    found = investigated(
        "cross_entropy", lambda probabilities, label: -np.log2([[probabilities[label]]])
    )
    assert not any("multiplied" in words for one in found.findings for words in one.words)


@pytest.mark.parametrize(
    ("operation", "function", "words"),
    [pytest.param(*WRONG[name], id=name, marks=marks_of(name)) for name in sorted(_OF_ONE_NUMBER)],
)
def test_what_is_one_number_wherever_it_is_wrong_is_no_more_than_likely(
    operation: str, function: Function, words: str
) -> None:
    """Whatever gives this number there explains the answers: they do not inform."""
    assert graded(operation, function, words) == LIKELY


TWO: dict[str, tuple[str, Function, set[str]]] = {
    "dense": (
        "dense",
        lambda x, weights, bias: by_columns(x, weights, 0 * bias),
        {"the bias is ignored", "x is flattened in Fortran order"},
    ),
    "max_pool2d": (
        "max_pool2d",
        lambda maps, size=2, stride=None: reference.max_pool2d(maps, size=size)[..., ::-1],
        {"are in reverse order", "windows stand side by side"},
    ),
    "conv2d": (
        "conv2d",
        convolution(filters=rotated, bias=None),
        {"the bias is ignored", "the filter is rotated by 180 degrees"},
    ),
    "rare ones that add up": (
        "dense",
        lambda x, weights, bias: reference.dense(np.maximum(x, 0), weights, np.roll(bias, 1)),
        {"the inputs are set to zero where they are negative", "is taken from the one before it"},
    ),
    "a factor": (
        "dense",
        lambda x, weights, bias: by_columns(x, weights, bias) / 3,
        {"x is flattened in Fortran order", "are divided by 3"},
    ),
    "parts of a network": (
        "network",
        network(pixels=lambda image: image / 256 - 0.5, loss=lambda loss: loss / 10),
        {"pixels become image / 256 - 0.5", "the loss is divided by the number of classes"},
    ),
}


@by_turns
@pytest.mark.parametrize(("operation", "function", "words"), TWO.values(), ids=TWO.keys())
def test_two_mistakes_are_found(operation: str, function: Function, words: set[str]) -> None:
    found = investigated(operation, function).only
    assert len(found.words) == len(found.remedies) == 2
    for part in words:
        assert any(part in said for said in found.words), found.words
    assert found.grade == CERTAIN


def test_two_mistakes_in_different_calls_are_told_together() -> None:
    def wrong(x: Array) -> Array:
        return np.abs(x) if x.ndim > 2 else np.maximum(x, 0) + np.maximum(x, 0)

    found = investigated("relu", wrong).only
    assert {words.partition(",")[0] for words in found.words} == {
        "it computes the absolute value",
        "the results are doubled",
    }
    assert found.grade == LIKELY


def test_a_finding_names_the_tests_whose_calls_it_explains() -> None:
    x = np.array([[-1.5, 2.5], [3.5, -4.25]])
    calls: list[tuple[str, Arguments]] = [("one", {"x": x}), ("another", {"x": -x})]
    calls += [("the same", calls[0][1]), ("right", {"x": np.abs(x)})]
    found = investigated("relu", np.abs, calls).only
    assert set(found.tests) == {"one", "the same", "another"}


def test_two_runs_find_the_same() -> None:
    for operation, function, _ in (WRONG["columns"], WRONG["cut off"]):
        first, second = investigated(operation, function), investigated(operation, function)
        told = [
            [(replace(x, explained=frozenset()), len(x.explained)) for x in one.findings]
            for one in (first, second)
        ]
        assert told[0] == told[1] != []
        assert first.calls == second.calls


def test_the_mean_instead_of_the_maximum_is_certain() -> None:
    mean = pooling(lambda pooled: pooled, "avg_pool2d")
    assert investigated("max_pool2d", mean).only.grade == CERTAIN


# --- nothing to find -------------------------------------------------------------------------

RIGHT: dict[str, Function] = {
    **{
        name: getattr(reference, name)
        for name in OPERATIONS
        if name not in {"softmax_layer", "network", "train_step", "dense_rows"}
    },
    "dense_rows": reference.dense,
    "softmax_layer": lambda x, weights, bias: reference.softmax(reference.dense(x, weights, bias)),
    "network": network(),
    "train_step": lambda *given: NetworkResult(train_step(*given)),
}


@pytest.mark.parametrize("operation", RIGHT)
def test_of_a_right_implementation_nothing_is_found_by_few_calls(operation: str) -> None:
    found = investigated(operation, RIGHT[operation])
    assert found.findings == []
    assert found.calls == DRAWN


def test_failing_and_passed_calls_are_asked_once_and_no_more_than_so_many() -> None:
    seen: list[bytes] = []

    def relu(x: Array) -> Array:
        seen.append(x.tobytes())
        return np.maximum(x, 0)

    judged = implementation(relu=relu)
    investigation = Investigation("relu", capabilities := Capabilities(judged))
    capabilities.of("relu")
    seen.clear()
    calls = [{"x": np.arange(2.0) + 1000 * i} for i in range(100)]
    failing = [(str(i), one) for i, one in enumerate(calls[:50]) for _ in range(2)]
    assert investigation.run(failing, calls[50:]) == []
    assert len(seen) == investigation.laboratory.calls == 24 + 24 + DRAWN
    assert len(set(seen)) == len(seen)


def stateful() -> Function:
    calls = itertools.count()
    return lambda x: np.abs(x) if next(calls) % 2 else np.maximum(x, 0)


def right_again() -> Function:
    seen: set[bytes] = set()

    def relu(x: Array) -> Array:
        is_new = x.tobytes() not in seen
        seen.add(x.tobytes())
        return np.abs(x) if is_new else np.maximum(x, 0)

    return relu


def random() -> Function:
    chance = np.random.default_rng(3)
    return lambda x: np.maximum(x, 0) * chance.random()


def raising(*_given: Any, **_options: Any) -> Any:
    raise RuntimeError("it takes nothing")


STRANGE: dict[str, Function] = {
    "by chance": random(),
    "with state": stateful(),
    "right when asked again": right_again(),
    "raises": raising,
    "nothing": lambda _x: None,
    "objects": lambda x: np.full(x.shape, None),
    "words": lambda _x: "abc",
    "complex": lambda x: np.maximum(x, 0) * (1 + 1j),
    "one number": lambda _x: 5.0,
    "empty": lambda _x: np.zeros(0),
    "an axis more": lambda x: np.zeros((2, *x.shape)),
    "infinite": lambda x: np.where(x > 0, np.inf, 0.0),
    "ragged": lambda _x: [[1.0], [1.0, 2.0]],
}


@pytest.mark.parametrize("function", STRANGE.values(), ids=STRANGE.keys())
def test_of_strange_answers_nothing_is_found_and_nothing_raised(function: Function) -> None:
    assert investigated("relu", function).findings == []


@by_turns
@pytest.mark.parametrize(
    "strange",
    [None, "abc", [1.0, 2.0], 1j, np.array([None])],
    ids=["nothing", "words", "two", "complex", "object"],
)
def test_a_network_with_a_strange_loss_raises_nothing(strange: Any) -> None:
    found = investigated("network", network(loss=lambda _loss: strange))
    assert all(one.grade != CERTAIN for one in found.findings)


def test_what_raises_on_everything_is_not_asked_for_ever() -> None:
    calls = itertools.count()

    def relu(x: Array) -> Any:
        next(calls)
        raise RuntimeError("it takes nothing")

    assert investigated("relu", relu).findings == []
    assert next(calls) <= CALLS + 50  # the probes that find out what is offered


@pytest.fixture
def isolated(tmp_path: Path) -> Iterator[Callable[[str], Implementation]]:
    opened: list[Implementation] = []

    def opening(text: str) -> Implementation:
        file = tmp_path / f"mine_{len(opened)}.py"
        file.write_text(f"import os, time\nimport numpy as np\n\n\n{text}", "utf-8")
        opened.append(load_isolated(str(file), Limits(seconds=1.0, memory=400 * 2**20)))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


@by_turns
@pytest.mark.skipif(not POSSIBLE, reason="there is no isolation on this system")
@pytest.mark.parametrize("ending", ["time.sleep(60)", "os._exit(3)"], ids=["hangs", "dies"])
@pytest.mark.parametrize("otherwise", ["np.maximum(x, 0)", "np.abs(x)"], ids=["right", "wrong"])
def test_what_does_not_come_back_is_not_asked_again(
    isolated: Callable[[str], Implementation], ending: str, otherwise: str
) -> None:
    judged = isolated(
        f"def relu(x):\n    if x.size > 40:\n        {ending}\n    return {otherwise}\n"
    )
    investigation = Investigation("relu", Capabilities(judged))
    found = investigation.run([], [])
    assert investigation.laboratory.is_lost
    assert investigation.laboratory.calls < DRAWN
    assert all(one.grade != CERTAIN for one in found)
    assert not found or otherwise == "np.abs(x)"


# --- what one answer tells ----------------------------------------------------------------------


def asked(got: Any, due: Any, near: float = 1e-9, allowed: float = 1e-12) -> Asked:
    """Return a call of relu that was answered so."""
    got, due = np.asarray(got, np.float64), np.asarray(due, np.float64)
    is_wrong = got.shape != due.shape or not bool((np.abs(got - due) <= allowed).all())
    bounds = np.full(got.shape, near), np.full(due.shape, allowed)
    return Asked({"x": X}, got, due, *bounds, is_wrong)


def test_what_is_wrong_by_less_than_a_prediction_may_be_tells_nothing() -> None:
    hardly, clearly = asked([1 + 1e-10, 2], [1, 2]), asked([1 + 1e-3, 2], [1, 2])
    assert hardly.is_wrong
    assert not hardly.tells
    assert clearly.tells
    assert not asked([1, 2], [1, 2]).tells
    assert asked([1, 2, 3], [1, 2]).tells
    theory = Theory((), lambda _arguments: np.array([1 + 1e-10, 2]))
    assert theory.on(hardly) == SILENT
    assert theory.on(asked([1 + 1e-10, 2.5], [1, 2])) == FAILS
    assert Theory((), lambda _arguments: np.array([1 + 1e-3, 2])).on(clearly) == EXPLAINS
    assert Theory((), lambda _arguments: np.array([5.0, 2])).on(asked([1, 2], [1, 2])) == BREAKS
    assert Theory((), lambda _arguments: None).on(asked([1, 2], [1, 2])) == SILENT


def test_only_wrong_numbers_that_are_finite_inform() -> None:
    assert asked([1, 5, 7, 7], [1, 2, 3, 4]).numbers == {5, 7}
    assert asked([1, 2], [1, 2]).numbers == frozenset()
    assert asked([1, np.nan, 7], [1, 2, 3]).numbers == {7}
    assert asked([1, np.nan, np.inf, 7], [1, 2, 3, 4]).numbers == frozenset()
    assert asked([1, 2, 3], [1, 2]).numbers == {1, 2, 3}


# --- what may be claimed ---------------------------------------------------------------------


def numbers(draw: Draw, *shape: int) -> Arguments:
    return {"x": draw.reals(*shape)}


@pytest.mark.parametrize(
    ("kept", "shows"),
    [("kept.setdefault(x.tobytes(), right)", False), ("right + (x.dtype == np.uint8)", True)],
    ids=["remembered", "wrong"],
)
def test_a_finding_must_show_without_earlier_calls(tmp_path: Path, kept: str, shows: bool) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n\nkept = {}\n\n\ndef relu(x):\n    right = np.maximum(x, 0)\n"
        f"    return {kept}\n",
        "utf-8",
    )
    investigation = Investigation("relu", Capabilities(load(str(file))))
    values = np.array([[-1, 2], [-3, -4]], np.int8)
    with quiet():
        asked = [investigation.laboratory.ask({"x": v}) for v in (values, values.view(np.uint8))]
        calls = [one for one in asked if one is not None]
        assert [one.is_wrong for one in calls] == [False, True]
        investigation.watch(calls)
        finding = Finding(("w",), (), OBSERVED, (), explained=frozenset({id(calls[1])}), asked=1)
        assert investigation.shows_alone(finding) is shows


def test_one_kind_of_call_proves_nothing() -> None:
    alike = investigated("relu", np.abs, draw=lambda draw: numbers(draw, 5)).only
    assert alike.grade == LIKELY
    unlike = investigated("relu", np.abs, draw=lambda draw: numbers(draw, draw.pick(5, 6))).only
    assert unlike.grade == CERTAIN


@pytest.mark.parametrize(("right", "grade"), [(2, LIKELY), (3, CERTAIN)])
def test_a_condition_is_proved_by_three_calls_that_do_not_meet_it(right: int, grade: str) -> None:
    """So many calls of 3 axes are among the first ones, and none later; they are right."""
    count = itertools.count()

    def few(draw: Draw) -> Arguments:
        return numbers(draw, *((2, 3, 4) if next(count) < right else (draw.pick(2, 3), 5)))

    def wrong(x: Array) -> Array:
        return np.maximum(x, 0) if x.ndim == 3 else np.abs(x)

    found = investigated("relu", wrong, draw=few).only
    assert "only with x of 2 axes" in found.words[0]
    assert found.grade == grade


@pytest.mark.parametrize(
    ("explained", "grades", "is_one"),
    [
        ((5, 5), (OBSERVED, OBSERVED), True),
        ((5, 4), (OBSERVED, LIKELY), True),
        ((5, 3), (OBSERVED, OBSERVED), False),
        ((5, 5), (CERTAIN, OBSERVED), False),
        ((10,), (LIKELY,), False),
        ((3, 3, 3), (OBSERVED,) * 3, True),
        ((3, 3, 2, 2), (OBSERVED,) * 4, False),
    ],
)
def test_mistakes_that_explain_nearly_all_together_are_told_together(
    explained: tuple[int, ...], grades: tuple[str, ...], *, is_one: bool
) -> None:
    """Up to three of them, none of which is certain."""
    ids = iter(range(10))
    findings = [
        Finding((f"words {n}",), (f"remedy {n}",), grade, (f"test {n}",),
                explained=frozenset(itertools.islice(ids, many)), asked=10)
        for n, (many, grade) in enumerate(zip(explained, grades, strict=True))
    ]  # fmt: skip
    found = _together(findings)
    if not is_one:
        assert found == findings
        return
    (one,) = found
    assert one.words == tuple(f"words {n}" for n in range(len(explained)))
    assert one.remedies == tuple(f"remedy {n}" for n in range(len(explained)))
    assert one.tests == tuple(f"test {n}" for n in range(len(explained)))
    assert (one.grade, len(one.explained), one.asked) == (LIKELY, sum(explained), 10)


def test_fresh_wrong_answers_have_to_be_predicted() -> None:
    """Of the calls that failed all are explained, but no fresh call is wrong."""

    def right(draw: Draw) -> Arguments:
        return {"x": np.abs(draw.reals(draw.pick(2, 3), draw.pick(4, 5)))}

    draw = Draw(1)
    failing = [(f"test {n}", {"x": draw.reals(2, n)}) for n in range(2, 8)]
    found = investigated("relu", np.abs, failing, draw=right).only
    assert found.grade == LIKELY
    assert len(found.tests) == len(failing)


def test_a_rival_that_is_never_told_apart_keeps_a_finding_from_being_certain() -> None:
    """Mirrored with its edge, or the edge repeated: equal for a margin of one."""
    assert investigated("conv2d", with_border("symmetric", largest=3)).only.grade == LIKELY


@by_turns
def test_rivals_are_told_apart_by_calls_that_are_made_for_it() -> None:
    found = investigated("conv2d", with_border("symmetric")).only
    assert found.grade == CERTAIN
    assert "mirrored at the border, with its edge," in found.words[0]


@by_turns
def test_one_argument_is_not_taken_for_another_in_a_condition() -> None:
    wrong = convolution(filters=rotated, when=lambda i, _f, _s: i.dtype == np.float32)
    found = investigated("conv2d", wrong).only
    assert found.grade == CERTAIN
    assert "only with image in float32" in found.words[0]


@pytest.mark.parametrize(
    ("operation", "function"),
    [
        ("relu", lambda x: np.full(x.shape, np.nan)),
        ("dense", lambda x, weights, bias: reference.dense(x, weights, bias) * np.nan),
    ],
    ids=["relu", "dense"],
)
def test_nan_alone_informs_of_nothing(operation: str, function: Function) -> None:
    assert all(one.grade == OBSERVED for one in investigated(operation, function).findings)


def zero_times_infinity(logits: Array, label: Any) -> Array:
    """Return the loss by the logarithms of probabilities of which some were rounded to 0."""
    rows = np.atleast_2d(np.asarray(logits, float))
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    onehot = np.eye(rows.shape[1])[np.atleast_1d(label)]
    losses = -(onehot * np.log(powers / powers.sum(axis=1, keepdims=True))).sum(axis=1)
    return losses if np.ndim(logits) > 1 else np.asarray(losses[0])


def test_no_cause_is_read_off_nan_alone() -> None:
    """The square root of a negative logit is NaN, and so is the logarithm of one."""
    assert investigated("softmax_cross_entropy", zero_times_infinity).findings == []


@by_turns
@pytest.mark.parametrize("loss", [np.nan, np.inf], ids=["nan", "inf"])
def test_a_loss_without_a_number_informs_of_nothing(loss: float) -> None:
    found = investigated("network", network(loss=lambda _loss: loss)).findings
    assert all(one.grade == OBSERVED for one in found)


@by_turns
def test_zeros_are_not_told_to_be_a_remainder() -> None:
    found = investigated("conv2d", convolution(filters=np.zeros_like, bias=None)).findings
    assert not any("block" in words for one in found for words in one.words)


def test_what_breaks_right_answers_is_at_most_observed() -> None:
    """Fresh calls, drawn late, are answered rightly where the theory predicts a mistake."""
    count = itertools.count()

    def late(draw: Draw) -> Arguments:
        x = draw.reals(draw.pick(2, 3), draw.pick(4, 5))
        if next(count) >= DRAWN and draw.pick(True, False):
            x.flat[0] = np.floor(x.flat[0]) + 0.75  # no condition says so
        return {"x": x}

    def wrong(x: Array) -> Array:
        return np.maximum(x, 0) if x.flat[0] % 1 == 0.75 else np.abs(x)

    found = investigated("relu", wrong, draw=late).findings
    assert [one.grade for one in found] == [OBSERVED]
    assert len(found[0].explained) == found[0].asked
    assert investigated("relu", np.abs, draw=late).only.grade == CERTAIN


@by_turns
@pytest.mark.parametrize(
    ("operation", "function"),
    [
        ("relu", lambda x: np.abs(x) if x.flat[0] > 0 else np.maximum(x, 0)),
        ("max_pool2d", lambda maps, size=2, stride=None: pooling(
            lambda pooled: -pooled if maps.flat[0] > -1 else pooled)(maps, size, stride)),
        ("conv2d", convolution(filters=rotated, when=lambda i, _f, _s: i.flat[0] > 0)),
    ],
    ids=["relu", "max_pool2d", "conv2d"],
)  # fmt: skip
def test_conditions_on_arbitrary_numbers_are_never_certain(
    operation: str, function: Function
) -> None:
    assert all(one.grade == OBSERVED for one in investigated(operation, function).findings)


# --- known mistakes --------------------------------------------------------------------------

#: What only looks like another mistake without its past.
_BY_ITS_PAST = {"dense-buffer-keeps-its-dtype", "cross_entropy-buffer-keeps-its-dtype"}


def known(operation: str) -> list[Theory]:
    return [
        fault_theory(
            name,
            fault.explanation,
            fault.remedy,
            partial(shown_in, fault, operation),
            is_own=True,
            required=OPERATIONS[operation].required,
        )
        for name, fault in FAULTS.items()
        if fault.operation == operation and fault.effort == "default"
    ]


#: Mistakes of which none is the network's: the search for these takes long.
_SAMPLED = [
    name
    for name, fault in FAULTS.items()
    if fault.effort == "default"
    and OPERATIONS[fault.operation].simulator is not None
    and not OPERATIONS[fault.operation].is_network
    and name not in _BY_ITS_PAST
]


@by_turns
@pytest.mark.parametrize(
    "identity",
    sample(_SAMPLED, 12),
)
def test_a_known_mistake_is_found(identity: str) -> None:
    """One that shows in some drawn call is among the findings; where none does, none is named."""
    fault = FAULTS[identity]
    operation, theories = fault.operation, known(fault.operation)
    (own,) = (theory for theory in theories if theory.fault == identity)

    def judged() -> Function:
        return as_offered(operation, shown_in(fault, operation))

    with quiet():
        laboratory = Laboratory(operation, Capabilities(implementation(**{operation: judged()})))
        draw, simulator = Draw(20), OPERATIONS[operation].simulator
        assert simulator is not None
        asked = [laboratory.ask(simulator.draw(draw)) for _ in range(DRAWN)]
    shows = [one for one in asked if one is not None and own.on(one) == EXPLAINS]
    found = investigated(operation, judged(), faults=theories).findings
    if shows or found:
        assert identity in {name for one in found for name in one.faults}, found


def by_its_past() -> Function:
    count = itertools.count()
    return lambda x: x + next(count)


@pytest.mark.parametrize(
    ("operation", "make", "is_steady"),
    [
        pytest.param("relu", lambda: gelu, True, id="steady"),
        pytest.param("relu", lambda: lambda x: np.full(x.shape, np.nan), True, id="NaN"),
        pytest.param("relu", lambda: raising, False, id="raises"),
        pytest.param("relu", by_its_past, False, id="by its past"),
    ],
)
def test_a_known_mistake_is_steady_if_it_answers_again(
    operation: str, make: Callable[[], Function], *, is_steady: bool
) -> None:
    theory = fault_theory("a-mistake", "it is wrong", "be right", make, is_own=True)
    assert theory.is_steady(asked(np.zeros(2), np.ones(2))) is is_steady


def test_a_known_mistake_is_told_beside_its_likes() -> None:
    found = investigated("relu", np.abs, faults=known("relu")).only
    assert found.grade == CERTAIN
    assert any(FAULTS[name].operation == "relu" for name in found.faults)
    right = [
        name
        for name in found.faults
        if np.array_equal(shown_in(FAULTS[name], "relu")(X), np.abs(X))
    ]
    assert right == [*found.faults]


X = np.array([[-1.5, 2.5], [3.5, -4.25]])


def test_a_known_mistake_that_exits_predicts_nothing() -> None:
    def exits(**_given: Any) -> Array:
        raise SystemExit

    theory = fault_theory("f", "words", "remedy", lambda: exits, is_own=True)
    assert theory.predict({"x": np.ones(3)}) is None


def test_what_no_answer_refutes_stays_possible() -> None:
    judged = implementation(relu=np.abs)
    investigation = Investigation("relu", Capabilities(judged), known("relu"))
    investigation.run([], [])
    possible = investigation.possible()
    assert "relu-identity" not in possible
    assert possible & {name for name in FAULTS if name.startswith("relu-")}


def test_a_known_mistake_is_refuted_by_every_call_on_which_it_was_tried() -> None:
    """Of all other calls a few are taken: the one that refutes it is not among them."""
    judged = implementation(relu=np.abs)
    investigation = Investigation("relu", Capabilities(judged), known("relu"))
    investigation.run([], [])
    search = investigation._search  # noqa: SLF001
    positive = investigation.laboratory.ask({"x": np.ones(3)})
    (leaky,) = [one for one in investigation._faults if one.fault == "relu-leaky"]  # noqa: SLF001
    assert search is not None
    assert positive is not None
    refuting = next(one for one in search.calls if leaky.knows(one) and not leaky.is_possible(one))
    search.calls[:] = [positive, refuting, *[positive] * REFUTING]
    assert "relu-leaky" not in investigation.possible()
    search.calls.remove(refuting)
    assert "relu-leaky" in investigation.possible()


# --- the cost --------------------------------------------------------------------------------


def test_what_nothing_explains_ends_the_search() -> None:
    """Hypotheses are tried on a few unlike wrong answers, not on each of them."""

    def relu(x: Array) -> Array:
        return np.asarray(np.maximum(x, 0) + 0.1 * np.sin(7 * np.asarray(x, float) ** 3 + x.size))

    tried: list[Asked] = []
    single = Search._single  # noqa: SLF001

    def counted(search: Search, seed: Asked) -> Theory | None:
        tried.append(seed)
        return single(search, seed)

    investigation = Investigation("relu", Capabilities(implementation(relu=relu)))
    with pytest.MonkeyPatch.context() as patch, quiet():
        patch.setattr(Search, "_single", counted)
        assert investigation.run([], []) == []
    assert len(tried) == ALIKE


def answered(got: Array, due: Array) -> Asked:
    near = np.full(got.shape, 1e-9)
    return Asked({}, got, due, near, near, is_wrong=True)


#: Of two mistakes: what is due, what came, what each of them gives, and whether both may give it.
TOGETHER: dict[str, tuple[Any, ...]] = {
    "each does a part": ([1, 2, 3], [9, 8, 3], [9, 2, 3], [1, 8, 3], True),
    "neither does the last": ([1, 2, 3], [9, 8, 7], [9, 2, 3], [1, 8, 3], False),
    "one gives the shape": ([1, 2, 3], [9, 8], [9, 2], [1, 8, 3], True),
    "neither gives the shape": ([1, 2, 3], [9, 8], [9], [1, 8, 3], False),
    "both give another shape": ([1, 2, 3], [9, 8], [9], [8], True),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_two_mistakes_that_cannot_give_an_answer_together_are_not_tried(name: str) -> None:
    *answers, may = TOGETHER[name]
    due, got, one, other = (np.array(given, float) for given in answers)
    assert pairs.may_give(answered(got, due), one, other) is may
    assert pairs.may_give(answered(got, due), other, one) is may


# --- conditions ------------------------------------------------------------------------------


def zeros(*shape: int) -> Array:
    return np.zeros(shape)


def conv(*shape: int, size: int = 3, count: int = 2, **options: Any) -> Arguments:
    channels = shape[-1:] if len(shape) > 2 else ()
    return {"image": zeros(*shape), "filters": zeros(count, size, size, *channels), **options}


def layer(*shape: int, nodes: int = 3) -> Arguments:
    inputs = int(np.prod(shape))
    return {"x": zeros(*shape), "weights": zeros(inputs, nodes), "bias": zeros(nodes)}


def image(values: Array) -> Arguments:
    return {"image": values, "filters": zeros(2, 3, 3)}


CONTRASTS: dict[str, tuple[str, list[Arguments], list[Arguments], str]] = {
    "an option": (
        "conv2d",
        [conv(5, 6, stride=2), conv(7, 9, stride=3)],
        [conv(5, 6), conv(7, 9)],
        "with a stride",
    ),
    "no option": (
        "conv2d",
        [conv(5, 6)],
        [conv(5, 6, padding="same")],
        "without a padding",
    ),
    "a value": (
        "conv2d",
        [conv(5, 6, stride=2), conv(7, 9, stride=2)],
        [conv(5, 6, stride=3), conv(7, 9, stride=1)],
        "with stride 2",
    ),
    "above its default": (
        "conv2d",
        [conv(5, 6, stride=2), conv(7, 9, stride=3)],
        [conv(5, 6, stride=1), conv(7, 9)],
        "with a stride above 1",
    ),
    "a default or the same value": (
        "conv2d",
        [conv(5, 6, stride=1), conv(7, 9)],
        [conv(5, 6, stride=3), conv(7, 9, stride=2)],
        "with stride 1",
    ),
    "its default": ("conv2d", [conv(5, 6, stride=1)], [conv(5, 6)], "with a stride"),
    "an array": ("conv2d", [conv(5, 6, bias=zeros(2))], [conv(5, 6)], "with a bias"),
    "no array": ("conv2d", [conv(5, 6)], [conv(5, 6, bias=zeros(2))], "without a bias"),
    "axes": (
        "conv2d",
        [conv(5, 6, 1)],
        [conv(5, 6), conv(1, 5, 6, 1)],
        "with image of 3 axes",
    ),
    "a vector": ("dense", [layer(6)], [layer(2, 3)], "with x of 1 axis"),
    "more axes": (
        "dense",
        [layer(2, 3), layer(2, 2, 2)],
        [layer(6), layer(8)],
        "with x of more than 1 axis",
    ),
    "a dtype": (
        "conv2d",
        [image(zeros(5, 6).astype(np.float32))],
        [image(zeros(5, 6))],
        "with image in float32",
    ),
    "integers": (
        "conv2d",
        [image(zeros(5, 6).astype(dtype)) for dtype in ("int8", "bool")],
        [image(zeros(5, 6))],
        "with integers or Booleans in image",
    ),
    "another dtype": (
        "conv2d",
        [image(zeros(5, 6).astype(dtype)) for dtype in ("int8", "float32")],
        [image(zeros(5, 6))],
        "with image in another dtype than float64",
    ),
    "a threshold": (
        "conv2d",
        [conv(5, 6, 4), conv(5, 6, 7)],
        [conv(5, 6, 2), conv(5, 6, 3)],
        "if the number of channels is more than 3",
    ),
    "so many or more": (
        "conv2d",
        [conv(5, 6, 4), conv(5, 6, 7)],
        [conv(5, 6, 1), conv(5, 6, 2)],
        "if the number of channels is 4 or more",
    ),
    "so many or less": (
        "conv2d",
        [conv(5, 6, 1), conv(5, 6, 2)],
        [conv(5, 6, 4), conv(5, 6, 7)],
        "if the number of channels is 2 or less",
    ),
    "a remainder": (
        "conv2d",
        [conv(5, 6, 1), conv(5, 6, 5), conv(5, 6, 9)],
        [conv(5, 6, 2), conv(5, 6, 3), conv(5, 6, 4), conv(5, 6, 7)],
        "if the number of channels is 1 more than a multiple of 4",
    ),
    "all but one count": (
        "conv2d",
        [conv(5, 6, 3), conv(5, 6, 7), conv(5, 6, 2)],
        [conv(5, 6, 5), conv(6, 5, 5)],
        "if the number of channels is not 5",
    ),
    "the size of the result": (
        "conv2d",
        [conv(5, 6, stride=2), conv(8, 6, padding="same"), conv(4, 8)],
        [conv(5, 6), conv(7, 9, stride=2)],
        "if the number of rows of the result is even",
    ),
    "below": (
        "conv2d",
        [conv(5, 6, 2), conv(5, 6, 3)],
        [conv(5, 6, 4), conv(5, 6, 7)],
        "if the number of channels is less than 4",
    ),
    "odd": (
        "conv2d",
        [conv(5, 6, 3), conv(5, 6, 7)],
        [conv(5, 6, 2), conv(5, 6, 4), conv(5, 6, 8)],
        "if the number of channels is odd",
    ),
    "a block": (
        "conv2d",
        [conv(5, 6, 4), conv(5, 6, 8)],
        [conv(5, 6, 2), conv(5, 6, 6), conv(5, 6, 10)],
        "if the number of channels is a multiple of 4",
    ),
    "no block": (
        "conv2d",
        [conv(5, 6, 2), conv(5, 6, 6), conv(5, 6, 10)],
        [conv(5, 6, 4), conv(5, 6, 8)],
        "if the number of channels is no multiple of 4",
    ),
    "one count": (
        "conv2d",
        [conv(5, 6, 5), conv(6, 5, 5)],
        [conv(5, 6, 3), conv(5, 6, 7), conv(5, 6, 2)],
        "if the number of channels is 5",
    ),
    "lying": (
        "conv2d",
        [conv(5, 6), conv(7, 9), conv(4, 5)],
        [conv(6, 5), conv(9, 7), conv(5, 5)],
        "if the number of rows is less than the number of columns",
    ),
    "square": (
        "conv2d",
        [conv(6, 6), conv(7, 7)],
        [conv(6, 7), conv(7, 6)],
        "if the number of rows equals the number of columns",
    ),
    "not square": (
        "conv2d",
        [conv(6, 7), conv(7, 6)],
        [conv(6, 6), conv(7, 7)],
        "if the number of rows differs from the number of columns",
    ),
    "channels as filters": (
        "conv2d",
        [conv(5, 6, 3, count=3), conv(5, 6, 2, count=2)],
        [conv(5, 6, 3, count=2), conv(5, 6, 2, count=3)],
        "if the number of channels equals the number of filters",
    ),
    "negative": (
        "conv2d",
        [image(zeros(5, 6) - 1)],
        [image(zeros(5, 6))],
        "with negative numbers in image",
    ),
    "not negative": (
        "conv2d",
        [image(zeros(5, 6))],
        [image(zeros(5, 6) - 1)],
        "with no negative numbers in image",
    ),
    "zeros": (
        "conv2d",
        [image(np.eye(5, 6))],
        [image(zeros(5, 6) + 1)],
        "with zeros in image",
    ),
    "not whole": (
        "conv2d",
        [image(zeros(5, 6) + 1.5)],
        [image(zeros(5, 6) + 2)],
        "with numbers that are not whole in image",
    ),
    "whole": (
        "conv2d",
        [image(zeros(5, 6) + 1)],
        [image(zeros(5, 6) + 1.5)],
        "with whole numbers only in image",
    ),
    "large": (
        "conv2d",
        [image(zeros(5, 6) + 1.5)],
        [image(zeros(5, 6) + 0.5)],
        "with numbers above 1 in image",
    ),
    "left over": (
        "max_pool2d",
        [{"maps": zeros(5, 6, 2)}, {"maps": zeros(7, 6, 2)}, {"maps": zeros(9, 6, 2)}],
        [{"maps": zeros(4, 6, 2)}, {"maps": zeros(6, 6, 2)}, {"maps": zeros(10, 6, 2)}],
        "if the number of rows left over is 1",
    ),
    "a label": (
        "cross_entropy",
        [{"probabilities": np.full(3, 1 / 3), "label": 0}],
        [{"probabilities": np.full(3, 1 / 3), "label": 1}],
        "if the label is 0",
    ),
    "square logits": (
        "softmax",
        [{"logits": zeros(3, 3)}, {"logits": zeros(2, 2)}],
        [{"logits": zeros(2, 3)}, {"logits": zeros(3, 2)}],
        "if the number of classes equals the number of rows",
    ),
}


def between(operation: str, those: list[Arguments], others: list[Arguments]) -> list[str]:
    declared = OPERATIONS[operation]
    simulator = declared.simulator
    assert simulator is not None
    conditions = Conditions(simulator.sizes, declared.options, declared.data)
    found = conditions.between(those, others)
    for one in found:
        assert all(map(one.holds, those))
        assert not any(map(one.holds, others))
    return [one.words for one in found]


@pytest.mark.parametrize(
    ("operation", "those", "others", "words"), CONTRASTS.values(), ids=CONTRASTS.keys()
)
def test_a_condition_is_found_by_contrast(
    operation: str, those: list[Arguments], others: list[Arguments], words: str
) -> None:
    assert words in between(operation, those, others)


@pytest.mark.parametrize("what", ["an option", "axes", "a dtype", "square"])
def test_what_is_the_plainest_condition_comes_first(what: str) -> None:
    operation, those, others, words = CONTRASTS[what]
    assert between(operation, those, others)[0] == words


def test_where_nothing_divides_there_is_no_condition() -> None:
    """The same call on both sides, or one with other numbers of the same kind."""
    assert between("conv2d", [conv(5, 6)], [conv(5, 6)]) == []
    draw = Draw(1)
    one, other = ({"x": draw.reals(3, 50)} for _ in range(2))
    assert between("relu", [one], [other]) == []
    mixed = [conv(5, 6, 8), conv(5, 6, 9, stride=2)], [conv(5, 6, 8, stride=2), conv(5, 6, 9)]
    assert between("conv2d", *mixed) == []


def test_conditions_of_calls_that_are_gone_are_worked_out_anew() -> None:
    """Sizes are kept by the call itself, not by a place in memory that another may take."""
    declared = OPERATIONS["relu"]
    assert declared.simulator is not None
    conditions = Conditions(declared.simulator.sizes, declared.options, declared.data)
    for length in range(1, 40):
        those: list[Mapping[str, Any]] = [{"x": zeros(length)}]
        words = [one.words for one in conditions.between(those, [{"x": zeros(length + 1)}])]
        assert f"if the number of elements is {length}" in words


def test_a_call_with_a_word_among_its_arguments_is_repeated() -> None:
    given = {"image": np.ones((4, 5)), "filters": np.ones((1, 3, 3)), "padding": "same"}
    error = NonconformanceError(Case("padded", "conv2d", given), "", Complaint.VALUES)
    renewed = replace(load("reference"), renew=lambda: load("reference"))
    replays = Replays(Capabilities(renewed), "article")
    assert replays.is_right_alone(error)
    assert not replays.is_wrong_alone(error)


def test_a_call_that_is_as_wrong_without_those_before_it_has_no_past() -> None:
    """Calls before it were made, but it has the same answer as the first of a fresh copy."""
    judged = implementation(relu=np.abs)
    renewed = replace(judged, renew=lambda: judged)
    replays = Replays(Capabilities(renewed), "article")
    case = Case("negative", "relu", {"x": np.array([-1.0, 2.0])})
    due = exact_answer(case, np.dtype(float), judged.accuracy)
    earlier = (Case("earlier", "relu", {"x": np.ones(2)}),)

    def failing(*got: float) -> NonconformanceError:
        wrong, values = np.array(got), Complaint.VALUES
        return NonconformanceError(case, "", values, got=wrong, answer=due, before=earlier)

    assert replays.is_wrong_alone(failing(1.0, 2.0))
    assert not replays.is_wrong_alone(failing(3.0, 2.0))  # the earlier call is the reason
    assert not Replays(Capabilities(judged), "article").is_wrong_alone(failing(1.0, 2.0))


def test_a_known_mistake_that_answers_otherwise_is_not_replayed() -> None:
    """One call tells it, unless calls before it matter."""
    judged = implementation(relu=np.abs)
    replays = Replays(Capabilities(judged), "article")
    case = Case("negative", "relu", {"x": np.array([-1.0, 2.0])})
    due = exact_answer(case, np.dtype(float), judged.accuracy)
    got = np.array([1.0, 2.0])
    error = NonconformanceError(case, "", Complaint.VALUES, got=got, answer=due)
    assert replays.may_answer_so("relu-absolute", error)
    assert not replays.may_answer_so("relu-identity", error)
    error.before = (case,)
    assert replays.may_answer_so("relu-identity", error)


def test_a_test_of_refusals_is_replayed_up_to_the_call_that_was_accepted() -> None:
    """What refuses that call fails the test in another way at most, if it fails it at all."""

    def bad(name: str, rows: int, columns: int) -> Case:
        arguments = {"image": np.ones((7, 7)), "filters": np.ones((1, rows, columns))}
        return Case(name, "conv2d", arguments)

    first, oblong, after = bad("even", 2, 2), bad("oblong", 3, 5), bad("after", 5, 3)
    asked: list[str] = []

    def refused(judge: Judge) -> None:
        for case in (first, oblong, after):
            asked.append(case.id)
            judge.rejects(case)

    replays = Replays(Capabilities(implementation(conv2d=reference.conv2d)), "article")
    got = FAULTS["conv2d-oblong-accepted"].make()(**oblong.arguments)
    error = NonconformanceError(oblong, "", Complaint.ACCEPTED, got=got)
    test = RanTest("CONV-24", "test_refused", refused, {}, error)

    def outcome(fault: str, **how: bool) -> tuple[str, list[str]]:
        asked.clear()
        return replays.outcome(test, fault, error, **how), asked.copy()

    every = ["even", "oblong", "after"]
    assert outcome("conv2d-kernel-rotated", in_full=False) == (UNLIKE, every)
    assert outcome("conv2d-kernel-rotated") == (PASSES, every)
    assert outcome("conv2d-oblong-accepted", in_full=False) == (SAME, every[:2])
    assert outcome("conv2d-even-accepted", in_full=False) == (DIFFERENT, every[:1])
