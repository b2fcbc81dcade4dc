"""Exact maxima, minima and means of windows."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.dyadic import EXACT_IN_FLOAT64, INT64_ROOM, dyadic
from cnnspec.exact.sums import FINEST, Exact, quotients
from cnnspec.exact.windows import windows_of

Array = NDArray[Any]


def pool_windows(maps: Array, size: int, stride: int | None) -> Array:
    """Return the windows of maps (..., H, W, K) as (..., H', W', K, size, size)."""
    return windows_of(maps, size, size, size if stride is None else stride)


def max_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the exact maxima of the windows."""
    result: Array = pool_windows(maps, size, stride).max(axis=(-2, -1))
    return result


def min_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the exact minima of the windows."""
    result: Array = pool_windows(maps, size, stride).min(axis=(-2, -1))
    return result


def avg_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Exact:
    """Return the exact means of the windows."""
    area = int(size) ** 2
    whole = dyadic(maps)
    integers = whole.integers
    if integers.dtype != object and int(np.abs(integers).max(initial=0)) * area >= INT64_ROOM:
        integers = integers.astype(object)  # the sum of a window would leave int64
    sums = pool_windows(integers, size, stride).sum(axis=(-2, -1))
    in_bits = area & (area - 1) == 0  # only then is dividing by the area exact
    if np.abs(sums).max(initial=0) < EXACT_IN_FLOAT64 and whole.exponent >= FINEST:
        high, low = quotients(sums.astype(np.float64), area)
        high, low = np.ldexp(high, whole.exponent), np.ldexp(low, whole.exponent)
    else:
        unit = Fraction(2) ** whole.exponent
        means = [Fraction(int(total), area) * unit for total in sums.flat]
        high = np.array([float(mean) for mean in means]).reshape(sums.shape)
        low = np.array(
            [float(mean - Fraction(h)) for mean, h in zip(means, high.flat, strict=True)]
        ).reshape(sums.shape)
    absolute = np.abs(np.asarray(maps, float))
    magnitude = pool_windows(absolute, size, stride).mean(axis=(-2, -1))
    of_map = absolute.sum(axis=(-3, -2), keepdims=True) / area
    return Exact(
        high=high,
        low=low,
        magnitude=magnitude,
        grains=np.ldexp(magnitude * area, -whole.exponent)
        if in_bits
        else np.full_like(high, np.inf),
        terms=area,
        normwise=np.broadcast_to(of_map, high.shape),
        bias=np.zeros_like(high),
        sides=sum(maps.shape[-3:-1]),
    )
