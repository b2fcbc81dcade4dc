"""The exact gradients of a leaky ReLU, and the bounds on them."""

from decimal import Decimal
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds, bounds_of_gradients, decimals
from cnnspec.exact.decimals import DECIMAL
from cnnspec.operations.leaky_relu.answer import DEFAULT


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return what is due, bounded by rule slope of the incoming gradient in the place of x.

    At 0 it may be anything between the slope and 1, times the gradient: the middle, and half of the
    distance.
    """
    grad, x = (np.asarray(given[name], np.float64) for name in ("grad", "x"))
    slope = float(given.get("slope", DEFAULT))
    steep = decimals.to_decimal(slope)
    middle = DECIMAL.divide(DECIMAL.add(1, steep), 2)

    def one(g: Decimal, number: Decimal) -> Decimal:
        return g if number > 0 else DECIMAL.multiply(steep if number < 0 else middle, g)

    high, low = decimals.of_each(one, grad, x)
    allowed = bounds.rule_slope(grad, slope, dtype)
    half = bounds_of_gradients.rule_between((1 - slope) / 2 * grad, dtype)
    between = np.where(x == 0, half, 0.0)
    magnitude = np.where(np.isfinite(high), np.abs(high), 0.0)
    return Answer(high, low, allowed + between, terms=1, magnitude=magnitude, between=between)


def by_branches(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return the same off 0, bounded as by code that multiplies on one side only."""
    found = answer(given, dtype, "")
    products = np.where(np.asarray(given["x"]) > 0, 0.0, found.high)
    allowed = np.where(products == 0, 0.0, bounds.rule_product(products, dtype))
    return Answer(found.high, found.low, allowed, terms=1, magnitude=found.magnitude)
