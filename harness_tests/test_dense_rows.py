"""Dense layers of rows (N, inputs): a capability of its own, beside single inputs."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import by_turns, statuses

Array = NDArray[Any]
Dense = Callable[[Array, Array, Array], Any]

OF_ROWS = ("DENSE-21", "DENSE-22", "DENSE-23", "DENSE-24")


def fits(x: Array, weights: Array, bias: Array) -> bool:
    return x.shape[-1:] == weights.shape[:1] and bias.shape == weights.shape[1:]


def single(x: Array, weights: Array, bias: Array) -> Array:
    """Take one input, flattened."""
    if x.size != len(weights) or bias.shape != weights.shape[1:]:
        raise ValueError("the shapes do not fit")
    return x.reshape(-1) @ weights + bias


def along_the_last_axis(x: Array, weights: Array, bias: Array) -> Array:
    if not fits(x, weights, bias):
        raise ValueError("the shapes do not fit")
    return x @ weights + bias


def either(x: Array, weights: Array, bias: Array) -> Array:
    """Keep the axis of one row, too."""
    return (along_the_last_axis if x.shape[-1] == len(weights) else single)(x, weights, bias)


def columns_of_squares(x: Array, weights: Array, bias: Array) -> Array:
    """Multiply a vector from the left, without a look at its axes."""
    if bias.shape != weights.shape[1:]:
        raise ValueError("the bias does not fit")
    return weights.T @ x + bias


def summed(x: Array, weights: Array, bias: Array) -> Array:
    rows = x.ndim == 2 and fits(x, weights, bias)
    return single(x.sum(axis=0) if rows else x, weights, bias)


def first_alone(x: Array, weights: Array, bias: Array) -> Array:
    rows = x.ndim == 2 and fits(x, weights, bias)
    return either(x[:1] if rows else x, weights, bias)


def without_last(x: Array, weights: Array, bias: Array) -> Array:
    answers = np.array(either(x, weights, bias))
    if answers.ndim == 2 and len(answers) > 1:
        answers[-1] = 0
    return answers


def dies_of_float32(x: Array, weights: Array, bias: Array) -> Array:
    if x.dtype == np.float32 and x.ndim == 2 and len(x) > 1 and x.shape[1] == len(weights):
        return x.nothing  # type: ignore[attr-defined, no-any-return]  # an accident, not said
    return either(x, weights, bias)


def made(dense: Dense) -> Implementation:
    return recognise(SimpleNamespace(dense=dense), name="mine", source="mine")


@pytest.mark.parametrize(
    ("dense", "offered"),
    [
        (reference.dense, True),
        (single, False),
        (along_the_last_axis, True),
        (either, True),
        (columns_of_squares, False),
        (summed, False),  # no answer has these axes: it is the matter of DENSE-13
        (first_alone, True),  # (1, nodes) are two axes
        (without_last, True),
    ],
)
def test_what_is_offered(dense: Dense, offered: bool) -> None:
    found = Capabilities(made(dense))
    assert found.offers("dense")
    assert found.offers("dense_rows") is offered


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize("dense", [reference.dense, single, along_the_last_axis, either])
@by_turns
def test_right_layers_conform(dense: Dense) -> None:
    report = check(made(dense), modules=["test_dense"])
    failed = [name for name, status in statuses(report).items() if status == "failed"]
    assert not failed
    is_offered = Capabilities(made(dense)).offers("dense_rows")
    assert {statuses(report)[name] for name in OF_ROWS} == {
        "passed" if is_offered else "not tested"
    }


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(
    ("dense", "failing"),
    [
        (summed, {"DENSE-13"}),
        (first_alone, {"DENSE-13", *OF_ROWS[:3]}),
        (without_last, {"DENSE-13", *OF_ROWS[:3]}),
        (dies_of_float32, {*OF_ROWS[:2], OF_ROWS[3]}),
    ],
)
@by_turns
def test_wrong_rows_fail(dense: Dense, failing: set[str]) -> None:
    report = check(made(dense), modules=["test_dense"])
    assert {name for name, status in statuses(report).items() if status == "failed"} == failing


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize("dense", [reference.dense, either])
def test_one_row_may_keep_its_axis(dense: Dense) -> None:
    report = check(made(dense), modules=["test_dense"], select="DENSE-17 or DENSE-22")
    assert statuses(report)["DENSE-17"] == statuses(report)["DENSE-22"] == "passed"


def test_one_row_is_one_input_to_the_reference() -> None:
    given = {"weights": np.arange(6.0).reshape(3, 2), "bias": np.ones(2)}
    assert reference.dense(np.ones((1, 3)), **given).shape == (2,)
    assert reference.dense(np.ones((4, 3)), **given).shape == (4, 2)
    assert reference.dense(np.ones((0, 3)), **given).shape == (0, 2)
    with pytest.raises(ValueError, match="holds 12 numbers"):
        reference.dense(np.ones((2, 2, 3)), **given)
