"""The exact gradients of a sigmoid, and the bounds on them."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_gradients, decimals
from cnnspec.operations.sigmoid.backward import exact


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return what is due, bounded by rule slope of squash."""
    grad, x = (np.asarray(given[name], np.float64) for name in ("grad", "x"))
    high, low = decimals.of_each(exact.sigmoid_backward, grad, x)
    allowed = bounds_of_gradients.rule_slope_of_squash(
        grad, x, bounds_of_gradients.OF_SIGMOID, dtype
    )
    return Answer(high, low, allowed, terms=1, magnitude=np.abs(grad))


def to_every_digit(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return the same, bounded relative to itself."""
    found = answer(given, dtype, "")
    grad, x = (np.asarray(given[name], np.float64) for name in ("grad", "x"))
    allowed = bounds_of_gradients.rule_every_digit_of_slope(grad, x, found.high, dtype)
    return replace(found, allowed=allowed, magnitude=np.abs(found.high))
