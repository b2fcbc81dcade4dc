"""The log-softmax: its bound holds for correct code of every kind, however large logits are."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.declaration.answer import errors_of
from cnnspec.operations.log_softmax.answer import answer
from harness_tests.test_softmax_cross_entropy import (
    DIFFERENCES,
    Loss,
    late_subtraction,
    logits,
    underflows,
)

Array = NDArray[Any]
LogSoftmax = Callable[[Array], Array]


def ratio(loss: Loss, x: Array) -> float:
    """Return the largest error over its bound, of the negative losses of all classes."""
    with np.errstate(all="ignore"):
        got = np.array([-loss(x, label) for label in range(len(x))], x.dtype)
    due = answer({"logits": x}, got.dtype, "componentwise")
    told = np.array([not underflows(loss, x, label) for label in range(len(x))])
    return float((errors_of(got, due) / due.allowed)[told].max(initial=0))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("loss", DIFFERENCES)
def test_correct_code_is_within_the_bound(loss: Loss, dtype: str) -> None:
    assert max(ratio(loss, x) for x, _ in logits(1, dtype)) <= 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_late_subtraction_is_not(dtype: str) -> None:
    assert max(ratio(late_subtraction, x) for x, _ in logits(1, dtype)) > 1


def test_the_bound_does_not_grow_with_the_logits() -> None:
    near, far = (
        answer({"logits": np.array([1.0, 2.0, 4.0]) + shift}, np.dtype(float), "componentwise")
        for shift in (0.0, 2.0**30)
    )
    assert np.array_equal(near.allowed, far.allowed)
    assert np.array_equal(near.high, far.high)


def test_minus_infinity_is_exact_and_absent() -> None:
    found = answer({"logits": np.array([-np.inf, 3.0, 3.0])}, np.dtype(float), "componentwise")
    assert found.high.tolist() == [-np.inf, -np.log(2), -np.log(2)]
    assert found.allowed[0] == 0 < found.allowed[1]
