"""The sigmoid, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp


def sigmoid(x: Decimal) -> Decimal:
    """Return the sigmoid of one number, right in more than 50 digits."""
    small = exp(-abs(x))
    return DECIMAL.divide(small if x < 0 else Decimal(1), DECIMAL.add(1, small))
