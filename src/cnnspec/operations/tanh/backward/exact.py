"""The slope of tanh, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp


def tanh_backward(grad: Decimal, x: Decimal) -> Decimal:
    """Return the slope at one number times a gradient, right in more than 50 digits."""
    small = exp(DECIMAL.multiply(-2, abs(x)))
    under = DECIMAL.add(1, small)
    slope = DECIMAL.divide(DECIMAL.multiply(4, small), DECIMAL.multiply(under, under))
    return DECIMAL.multiply(grad, slope)
