"""Exact means of whole maps."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.dyadic import EXACT_IN_FLOAT64, INT64_ROOM, dyadic
from cnnspec.exact.sums import FINEST, Exact, quotients

Array = NDArray[Any]

_OF_MAP = (-3, -2)


def global_avg_pool2d(maps: Array) -> Exact:
    """Return the exact mean of every map."""
    area = int(np.prod(maps.shape[-3:-1]))
    whole = dyadic(maps)
    integers = whole.integers
    if integers.dtype != object and int(np.abs(integers).max(initial=0)) * area >= INT64_ROOM:
        integers = integers.astype(object)  # the sum of a map would leave int64
    sums = np.asarray(integers.sum(axis=_OF_MAP))
    if np.abs(sums).max(initial=0) < EXACT_IN_FLOAT64 and whole.exponent >= FINEST:
        high, low = quotients(sums.astype(np.float64), np.asarray(float(area)))
        high, low = np.ldexp(high, whole.exponent), np.ldexp(low, whole.exponent)
    else:
        unit = Fraction(2) ** whole.exponent
        means = [Fraction(int(total), area) * unit for total in sums.flat]
        high = np.array([float(mean) for mean in means]).reshape(sums.shape)
        rests = [float(mean - Fraction(h)) for mean, h in zip(means, high.flat, strict=True)]
        low = np.array(rests).reshape(sums.shape)
    magnitude = np.abs(np.asarray(maps, float)).mean(axis=_OF_MAP)
    in_bits = area & (area - 1) == 0  # only then is dividing by the area exact
    counted = np.ldexp(magnitude * area, -whole.exponent)
    return Exact(
        high=high,
        low=low,
        magnitude=magnitude,
        grains=counted if in_bits else np.full_like(high, np.inf),
        terms=area,
        normwise=magnitude,
        bias=np.zeros_like(high),
        sides=sum(maps.shape[-3:-1]),
    )
