"""What numbers may be, exactly: from one to another, and so much off."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.exact import bounds
from cnnspec.exact.dyadic import dyadic

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Pixels are whole numbers over this.
DENOMINATOR = 510


def floats(whole: Array, exponent: int, denominator: int = DENOMINATOR) -> Floats:
    """Return whole numbers times 2^exponent over a denominator, to the nearest float64 or so."""
    quotients = np.array([number / denominator for number in np.ravel(whole).tolist()], np.float64)
    return np.ldexp(quotients, exponent).reshape(np.shape(whole))


@dataclass(frozen=True)
class Span:
    """What new parameters may be: from ``low`` to ``high``, and so much off.

    Both are whole numbers times 2^exponent / 510. They differ where a window of the pooling has
    several maxima, among which an implementation may choose.
    """

    low: Array
    high: Array
    exponent: int
    allowed: Floats

    def excess(self, got: Floats) -> Floats:
        """Return how far outside of the span numbers are; what is not finite is infinitely far."""
        finite = np.isfinite(got)
        held = dyadic(np.where(finite, got, 0))
        exponent = min(self.exponent, held.exponent)
        scaled = held.scaled_to(exponent).astype(object) * DENOMINATOR
        shift = 1 << (self.exponent - exponent)
        below, above = self.low * shift - scaled, scaled - self.high * shift
        outside = np.maximum(np.maximum(below, above), 0)
        return np.where(finite, floats(outside, exponent), np.inf)

    @cached_property
    def middle(self) -> Floats:
        """The numbers half-way."""
        return floats(self.low + self.high, self.exponent - 1)

    @cached_property
    def answer(self) -> Answer:
        """The same as an exact answer: what is half-way, and how far off it may be."""
        halves, exponent = np.ravel(self.low + self.high), self.exponent - 1
        high = np.ravel(self.middle)
        scale = Fraction(2) ** exponent / DENOMINATOR
        low = [float(int(n) * scale - Fraction(h)) for n, h in zip(halves, high, strict=True)]
        spread = floats(self.high - self.low, self.exponent) / 2
        return Answer(
            self.middle,
            np.array(low).reshape(self.middle.shape),
            self.allowed + spread * bounds.ROUNDING_OF_BOUNDS,
        )
