"""Exact losses, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL


def negative_logarithm(number: Decimal) -> Decimal:
    """Return the negative natural logarithm, right in more than 50 digits."""
    return DECIMAL.minus(DECIMAL.ln(number))
