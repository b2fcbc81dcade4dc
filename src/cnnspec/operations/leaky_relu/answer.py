"""The exact answers of a leaky ReLU, and the bounds on them."""

from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds, decimals
from cnnspec.operations.leaky_relu import exact

#: The slope where none is given.
DEFAULT = 0.01


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return what is due, bounded by rule slope."""
    x, slope = np.asarray(given["x"]), float(given.get("slope", DEFAULT))
    one = partial(exact.leaky_relu, slope=decimals.to_decimal(slope))
    high, low = decimals.of_each(one, x)
    # The precision in which it is computed shows in the products, not beside x itself.
    magnitude = np.where(np.isfinite(high), np.abs(high), 0.0)
    allowed = bounds.rule_slope(x.astype(np.float64), slope, dtype)
    return Answer(high, low, allowed, terms=1, magnitude=magnitude)


def by_branches(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return the same, bounded as by code that multiplies one part and leaves the other alone."""
    found = answer(given, dtype, "")
    products = np.where(np.asarray(given["x"]) > 0, 0.0, found.high)
    allowed = np.where(products == 0, 0.0, bounds.rule_product(products, dtype))
    return Answer(found.high, found.low, allowed, terms=1, magnitude=found.magnitude)
