"""Decimal numbers of 60 digits: what exponentials and logarithms are computed in."""

from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import isfinite, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DECIMAL = Context(prec=60)


#: Exponentials that are kept. The same numbers come again in other layouts and beside others.
_KEPT = 2**14


@lru_cache(_KEPT)
def exp(power: Decimal) -> Decimal:
    """Return e to a power, right in 60 digits."""
    return DECIMAL.exp(power)


def to_decimal(high: float, low: float = 0.0) -> Decimal:
    """Return high + low without rounding."""
    return DECIMAL.add(Decimal(float(high)), Decimal(float(low)))


def from_fraction(number: Fraction) -> Decimal:
    """Return a fraction, right in 60 digits."""
    return DECIMAL.divide(Decimal(number.numerator), Decimal(number.denominator))


def difference(minuend: Decimal, subtrahend: Decimal) -> float:
    """Return the float64 nearest to a difference."""
    return float(DECIMAL.subtract(minuend, subtrahend))


def of_each(
    function: Callable[..., Decimal], numbers: NDArray[Any], *others: NDArray[Any]
) -> tuple[Floats, Floats]:
    """Return a function of each number as high + low: the nearest float64, and what is left of it.

    ``others`` are arrays of the same shape, whose numbers are its further arguments. Equal ones are
    computed once. NaN stays NaN; what is infinite has nothing left, and where it makes nothing of
    infinity (0 times it, say) that is NaN.
    """
    given = [one.astype(np.float64).ravel().tolist() for one in (numbers, *others)]
    at: dict[tuple[float, ...], int] = {}
    places = [at.setdefault(arguments, len(at)) for arguments in zip(*given, strict=True)]
    found = [_of_all(function, arguments) for arguments in at]
    high = np.array([float(one) for one in found], dtype=np.float64)
    low = np.array(
        [
            difference(one, Decimal(nearest)) if isfinite(nearest) else 0.0
            for one, nearest in zip(found, high.tolist(), strict=True)
        ],
        dtype=np.float64,
    )
    shaped = np.reshape(np.array(places, dtype=np.intp), numbers.shape)
    return high[shaped], low[shaped]


def _of_all(function: Callable[..., Decimal], given: tuple[float, ...]) -> Decimal:
    if any(map(isnan, given)):
        return Decimal("NaN")
    try:
        return function(*map(Decimal, given))
    except InvalidOperation:
        if all(map(isfinite, given)):
            raise
        return Decimal("NaN")
