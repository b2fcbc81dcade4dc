"""What a ReLU lets through of a gradient, and the intervals at 0."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_gradients

Floats = NDArray[np.float64]


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return the gradient itself where x is larger than 0, and 0 where it is less.

    At 0 it may be anything between both: the middle, and half of the distance.
    """
    grad, x = (np.asarray(given[name], np.float64) for name in ("grad", "x"))
    through = np.where(x > 0, grad, np.where(x < 0, 0.0, grad / 2))
    high = np.where(np.isnan(x), np.nan, through)
    allowed = np.where(x == 0, bounds_of_gradients.rule_between(grad / 2, dtype), 0.0)
    between = np.where((x == 0) & np.isfinite(grad), np.abs(grad) / 2, 0.0)
    return Answer(high, np.zeros(high.shape), allowed, selects=True, between=between)
