"""Whole numbers times powers of two: floats without their rounding."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]


#: Magnitudes, counted in the largest common power of two, below which float64 rounds no sum. The
#: magnitude is itself rounded, hence not quite 2^53.
EXACT_IN_FLOAT64 = 2.0**52


#: Integers of fewer bits, below this, stay inside int64.
_INT64_BITS = 62


INT64_ROOM = 2**_INT64_BITS


@dataclass(frozen=True)
class Dyadic:
    """Integers times 2 to the power of ``exponent``."""

    integers: Array
    exponent: int

    def scaled_to(self, exponent: int) -> Array:
        """Return the integers for a smaller or equal exponent."""
        shift = self.exponent - exponent
        if shift == 0:
            return self.integers
        largest = int(np.max(np.abs(self.integers), initial=0))
        if largest << shift < INT64_ROOM > 1 << shift:  # of zeros, too
            return self.integers * (1 << shift)
        return self.integers.astype(object) * (1 << shift)


def dyadic(values: Array) -> Dyadic:
    """Return an array of finite numbers as integers times the largest common power of two."""
    values = np.asarray(values)
    if values.dtype.kind in "iub":
        return Dyadic(values.astype(np.int64), 0)
    numbers = values.astype(np.float64)
    if np.abs(numbers).max(initial=0) < EXACT_IN_FLOAT64:
        whole = numbers.astype(np.int64)
        if (whole == numbers).all():  # as most are, and this is the shorter way
            bits = int(np.bitwise_or.reduce(whole, axis=None))
            shift = max((bits & -bits).bit_length() - 1, 0)
            return Dyadic(whole >> shift, shift)
    fractions, magnitudes = np.frexp(numbers)
    mantissas = (fractions * 2.0**53).astype(np.int64)
    lowest_bits = np.frexp((mantissas & -mantissas).astype(np.float64))[1] - 1
    lowest_bits = np.where(mantissas == 0, 0, lowest_bits)
    mantissas = mantissas >> lowest_bits
    exponents = np.where(mantissas == 0, 0, magnitudes.astype(np.int64) - 53 + lowest_bits)
    present = exponents[mantissas != 0]
    if not present.size:
        return Dyadic(mantissas, 0)
    exponent = int(present.min())
    shifts = np.where(mantissas == 0, 0, exponents - exponent)
    if int(magnitudes[mantissas != 0].max()) - exponent < _INT64_BITS:
        return Dyadic(mantissas << shifts, exponent)
    shifted = [int(m) << int(s) for m, s in zip(mantissas.flat, shifts.flat, strict=True)]
    integers = np.empty(values.shape, dtype=object)
    integers.reshape(-1)[:] = shifted
    return Dyadic(integers, exponent)


def limbs(integers: Array, bits: int) -> list[Floats]:
    """Return integers as sums of digits[s] * 2^(bits * s), lowest first, -2^(bits - 1) to that - 1.

    Digits of either sign make every partial sum from the top the nearer, the more are added.
    """
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    digits: list[Floats] = []
    rest = integers
    while not digits or np.any(rest):
        digit = ((rest + half) & mask) - half
        digits.append(digit.astype(np.float64))
        rest = (rest - digit) >> bits
    return digits


def carried(totals: list[Array], bits: int) -> list[Floats]:
    """Return the digits of sums of totals[s] * 2^(bits * s)."""
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    digits = []
    carry: Array = np.zeros_like(totals[0])
    for place in range(len(totals) + 64 // bits + 1):
        total = carry + totals[place] if place < len(totals) else carry
        digit = ((total + half) & mask) - half
        digits.append(digit.astype(np.float64))
        carry = (total - digit) >> bits
    return digits


def nearest(digits: list[Floats], bits: int, exponent: int) -> tuple[Floats, Floats]:
    """Return the float64 nearest to sum(digits[s] * 2^(bits * s)) * 2^exponent, and the rest.

    From the top, each sum of two floats is kept with the error that it makes (Knuth's two-sum).
    """
    top = len(digits) - 1
    high = low = np.zeros_like(digits[0])
    for place in range(top, -1, -1):
        high, error = _two_sum(high, np.ldexp(digits[place], bits * (place - top)))
        low = low + error
    high, low = _two_sum(high, low)
    scale = bits * top + exponent
    return np.ldexp(high, scale), np.ldexp(low, scale)


def _two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)
