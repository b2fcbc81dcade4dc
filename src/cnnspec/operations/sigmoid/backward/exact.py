"""The slope of the sigmoid, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp


def sigmoid_backward(grad: Decimal, x: Decimal) -> Decimal:
    """Return the slope at one number times a gradient, right in more than 50 digits."""
    small = exp(-abs(x))
    under = DECIMAL.add(1, small)
    return DECIMAL.multiply(grad, DECIMAL.divide(small, DECIMAL.multiply(under, under)))
