"""Crashes are no absence, and code that is only called wrongly is not said to be wrong."""

from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.report.entries import Json
from cnnspec.run.check import check
from cnnspec.subject.outcomes import NotOffered, Rejected
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import by_turns, statuses

MAPS = np.ones((4, 4, 1))


def judged(module: str, select: str | None = None, **functions: Any) -> Json:
    """Return the report on some functions, by one module of the spec tests."""
    made = type("Mine", (), {name: staticmethod(f) for name, f in functions.items()})()
    return check(recognise(made, name="mine", source="mine"), modules=[module], select=select)


def status(report: Json, requirement: str) -> str:
    """Return the status of one requirement."""
    return statuses(report)[requirement]


def _helper_of_two(maps: Any, stride: Any) -> Any:
    return maps


def pool_whose_strides_crash(maps: Any, size: Any = 2, stride: Any = None) -> Any:
    """Pool, but forget an argument of a helper wherever a stride is given."""
    if stride is not None:
        return _helper_of_two(maps)  # type: ignore[call-arg] # that is the mistake
    return reference.max_pool2d(maps, size)


def pool_whose_names_are_wrong_inside(maps: Any, size: Any = 2, stride: Any = None) -> Any:
    """Pool, but hand a stride to a helper that has no such parameter."""
    if stride is not None:
        return reference.relu(maps, stride=stride)  # type: ignore[call-arg] # that is the mistake
    return reference.max_pool2d(maps, size)


def pool_that_forwards(*args: Any, **options: Any) -> Any:
    """Pool through a wrapper whose signature names nothing, and crash in batches with a stride."""
    if "stride" in options and np.ndim(args[0]) == 4:
        return reference.relu(args[0], stride=2)  # type: ignore[call-arg] # that is the mistake
    return reference.max_pool2d(*args, **options)


@pytest.mark.parametrize(
    ("wrong", "requirement"),
    [
        (pool_whose_strides_crash, "POOL-03"),
        (pool_whose_names_are_wrong_inside, "POOL-03"),
        (pool_that_forwards, "POOL-25"),
    ],
)
@pytest.mark.usefixtures("undiagnosed")
def test_a_crash_is_no_missing_parameter(wrong: Any, requirement: str) -> None:
    report = judged("test_pooling", select=requirement, max_pool2d=wrong)
    assert report["verdict"] == "does not conform"
    assert status(report, requirement) == "failed"


def pool_without_stride(maps: Any, size: Any = 2) -> Any:
    """Pool with windows that touch, as the signature says."""
    return reference.max_pool2d(maps, size)


def pool_without_stride_behind_a_wrapper(*args: Any, **options: Any) -> Any:
    """Pool with windows that touch, behind a wrapper that takes anything."""
    return pool_without_stride(*args, **options)


def pool_whose_stride_is_not_written_yet(maps: Any, size: Any = 2, stride: Any = None) -> Any:
    """Pool with windows that touch, and say that others come later."""
    if stride not in (None, size):
        raise NotImplementedError
    return reference.max_pool2d(maps, size)


@pytest.mark.parametrize(
    "right",
    [
        pool_without_stride,
        pool_without_stride_behind_a_wrapper,
        pool_whose_stride_is_not_written_yet,
    ],
)
@by_turns
def test_a_parameter_that_is_not_there_fails_nobody(right: Any) -> None:
    assert judged("test_pooling", max_pool2d=right)["operations"]["max_pool2d"]["failed"] == 0


def test_a_missing_argument_is_a_crash() -> None:
    maps = {"maps": MAPS, "stride": 2}
    made = recognise(
        type("Mine", (), {"max_pool2d": staticmethod(pool_whose_strides_crash)})(),
        name="mine",
        source="mine",
    )
    assert isinstance(made.call("max_pool2d", maps), Rejected)


def test_a_wrapper_says_what_is_not_there() -> None:
    wrapper = pool_without_stride_behind_a_wrapper
    made = recognise(
        type("Mine", (), {"max_pool2d": staticmethod(wrapper)})(), name="mine", source="mine"
    )
    assert isinstance(made.call("max_pool2d", {"maps": MAPS, "stride": 2}), NotOffered)


# --- called wrongly --------------------------------------------------------------------------


def wants_a_tensor(logits: Any) -> Any:
    """Refuse every array, as a function of a framework may."""
    raise RuntimeError(f"expected a Tensor, got {type(logits).__name__}")


def wants_another_argument(logits: Any, mask: Any) -> Any:
    """Be called with an argument too few."""
    return reference.softmax(logits) * mask


def wants_attributes(logits: Any) -> Any:
    """Ask for an attribute that arrays do not have."""
    return logits.values.softmax()


@pytest.mark.parametrize("wrongly", [wants_a_tensor, wants_another_argument, wants_attributes])
def test_an_operation_that_always_raises_is_called_wrongly(wrongly: Any) -> None:
    report = judged("test_softmax", softmax=wrongly)
    assert report["verdict"] == "incomplete"
    assert report["operations"]["softmax"]["verdict"] == "incomplete"
    assert any("softmax is called wrongly" in note for note in report["implementation"]["notes"])


def test_the_exception_and_what_was_tried_are_said() -> None:
    report = judged("test_softmax", softmax=wants_a_tensor)
    (note,) = report["implementation"]["notes"]
    assert "RuntimeError: expected a Tensor, got ndarray" in note
    assert "softmax(logits)" in note
    assert "float64, float32, float16" in note


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_other_operations_keep_their_verdicts() -> None:
    report = judged("test_relu", softmax=wants_a_tensor, relu=reference.relu)
    assert report["operations"]["relu"]["failed"] == 0
    assert report["operations"]["relu"]["checks"] > 0
    assert report["verdict"] == "incomplete"
    wrong = judged("test_relu", softmax=wants_a_tensor, relu=lambda x: x)
    assert wrong["verdict"] == "does not conform"


def needs_a_bias(image: Any, filters: Any, bias: Any = None) -> Any:
    """Crash without a bias."""
    return reference.conv2d(image, filters, bias) + 0 * bias[0]


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_an_operation_that_answers_some_legal_calls_is_wrong() -> None:
    report = judged("test_conv2d", select="CONV-0", conv2d=needs_a_bias)
    assert report["verdict"] == "does not conform"
