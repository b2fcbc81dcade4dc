"""Decimal numbers of 60 digits: what exponentials and logarithms are computed in."""

from decimal import Context, Decimal
from fractions import Fraction

DECIMAL = Context(prec=60)


def to_decimal(high: float, low: float = 0.0) -> Decimal:
    """Return high + low without rounding."""
    return DECIMAL.add(Decimal(float(high)), Decimal(float(low)))


def from_fraction(number: Fraction) -> Decimal:
    """Return a fraction, right in 60 digits."""
    return DECIMAL.divide(Decimal(number.numerator), Decimal(number.denominator))


def difference(minuend: Decimal, subtrahend: Decimal) -> float:
    """Return the float64 nearest to a difference."""
    return float(DECIMAL.subtract(minuend, subtrahend))
