"""What a leaky ReLU lets through, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL


def leaky_relu(x: Decimal, slope: Decimal) -> Decimal:
    """Return the exact answer for one number: a product of two floats has fewer than 60 digits."""
    return x if x > 0 else DECIMAL.multiply(slope, x)
