"""Exact normalised maps, in decimal numbers."""

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.exact import bounds
from cnnspec.exact.decimals import DECIMAL, difference, to_decimal

Array = NDArray[Any]

#: Roundings that add up in right code, so that errors tell the format in which it computes.
_ROUNDINGS = 6


def batch_norm(
    maps: Array,
    mean: Array,
    variance: Array,
    scale: Array,
    offset: Array,
    *,
    epsilon: float = 1e-5,
    dtype: np.dtype[Any],
) -> Answer:
    """Return the normalised maps, right in more than 50 digits, bounded by rule N in a dtype."""
    x = np.asarray(maps, np.float64)
    high, low, allowed, magnitude = (np.zeros(x.shape) for _ in range(4))
    for k in range(x.shape[-1]):
        m, v, s, b = (float(one[k]) for one in (mean, variance, scale, offset))
        held = DECIMAL.add(to_decimal(v), to_decimal(epsilon))
        factor = DECIMAL.divide(to_decimal(s), DECIMAL.sqrt(held))
        numbers, places = np.unique(x[..., k], return_inverse=True)
        known = [_normalised(number, m, factor, b) for number in numbers]
        places = places.reshape(x.shape[:-1])
        high[..., k] = np.array([one for one, _ in known])[places]
        low[..., k] = np.array([rest for _, rest in known])[places]
        distance = np.abs(x[..., k]) + abs(m)
        allowed[..., k] = bounds.rule_n(distance, s, b, float(held), dtype)
        magnitude[..., k] = _ROUNDINGS * (abs(float(factor)) * distance + abs(b))
    return Answer(high, low, allowed, terms=1, magnitude=magnitude)


def _normalised(x: float, mean: float, factor: Decimal, offset: float) -> tuple[float, float]:
    """Return (x - mean) * factor + offset as the nearest float64 and the rest."""
    centred = DECIMAL.subtract(to_decimal(x), to_decimal(mean))
    exact = DECIMAL.add(DECIMAL.multiply(centred, factor), to_decimal(offset))
    nearest = float(exact)
    return nearest, difference(exact, to_decimal(nearest))
