"""Exact maxima, minima and means of windows."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.dyadic import EXACT_IN_FLOAT64, INT64_ROOM, dyadic
from cnnspec.exact.sums import FINEST, Exact, quotients
from cnnspec.exact.windows import windows_of
from cnnspec.operations.pooling.window_places import Along, along_axes

Array = NDArray[Any]

#: A number for both axes, or one for the rows and one for the columns.
Pair = int | tuple[int, int]


def pool_windows(
    maps: Array,
    size: Pair = 2,
    stride: Pair | None = None,
    *,
    padding: Pair = 0,
    dilation: Pair = 1,
    ceil_mode: bool = False,
    outside: Any = 0,
) -> Array:
    """Return the windows of maps (..., H, W, K) as (..., H', W', K, rows, columns).

    What lies beside the maps is ``outside``.
    """
    given = {"maps": maps, "size": size, "stride": stride}
    options = {"padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    return _windows(maps, along_axes({**given, **options}), outside)


def _windows(maps: Array, along: tuple[Along, Along], outside: Any) -> Array:
    rows, columns = along
    if rows.padding or columns.padding or rows.behind or columns.behind:
        maps = _with_border(maps, rows, columns, outside)
    steps, dilations = (rows.stride, columns.stride), (rows.dilation, columns.dilation)
    return windows_of(maps, rows.size, columns.size, steps, dilations)


def _with_border(maps: Array, rows: Along, columns: Along, outside: Any) -> Array:
    *others, height, width, channels = maps.shape
    sides = (side.padding + side.length + side.behind for side in (rows, columns))
    wide = np.full((*others, *sides, channels), outside, maps.dtype)
    above, left = rows.padding, columns.padding
    wide[..., above : above + height, left : left + width, :] = maps
    return wide


def _limits(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """Return the numbers that no element of a dtype lies below or above."""
    if dtype.kind == "f":
        return -np.inf, np.inf
    if dtype.kind == "b":
        return False, True
    return np.iinfo(dtype).min, np.iinfo(dtype).max


def max_pool2d(maps: Array, size: Pair = 2, stride: Pair | None = None, **options: Any) -> Array:
    """Return the exact maxima of the windows."""
    maps = np.asarray(maps)
    lowest, _ = _limits(maps.dtype)
    result: Array = pool_windows(maps, size, stride, outside=lowest, **options).max(axis=(-2, -1))
    return result


def min_pool2d(maps: Array, size: Pair = 2, stride: Pair | None = None, **options: Any) -> Array:
    """Return the exact minima of the windows."""
    maps = np.asarray(maps)
    _, highest = _limits(maps.dtype)
    result: Array = pool_windows(maps, size, stride, outside=highest, **options).min(axis=(-2, -1))
    return result


def areas(along: tuple[Along, Along], *, count_include_pad: bool) -> Array:
    """Return how many elements of each window count in its mean, (H', W', 1)."""
    rows, columns = (one.inside(one.padding if count_include_pad else 0) for one in along)
    return np.multiply.outer(rows, columns)[..., np.newaxis]


def avg_pool2d(
    maps: Array,
    size: Pair = 2,
    stride: Pair | None = None,
    *,
    padding: Pair = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Exact:
    """Return the exact means of the windows."""
    given = {"maps": maps, "size": size, "stride": stride}
    along = along_axes({**given, "padding": padding, "ceil_mode": ceil_mode})
    area = along[0].size * along[1].size
    whole = dyadic(maps)
    integers = whole.integers
    if integers.dtype != object and int(np.abs(integers).max(initial=0)) * area >= INT64_ROOM:
        integers = integers.astype(object)  # the sum of a window would leave int64
    sums = _windows(integers, along, 0).sum(axis=(-2, -1))
    divisors = np.broadcast_to(areas(along, count_include_pad=count_include_pad), sums.shape)
    if np.abs(sums).max(initial=0) < EXACT_IN_FLOAT64 and whole.exponent >= FINEST:
        high, low = quotients(sums.astype(np.float64), divisors.astype(np.float64))
        high, low = np.ldexp(high, whole.exponent), np.ldexp(low, whole.exponent)
    else:
        unit = Fraction(2) ** whole.exponent
        means = [
            Fraction(int(total), int(divisor)) * unit
            for total, divisor in zip(sums.flat, divisors.flat, strict=True)
        ]
        high = np.array([float(mean) for mean in means]).reshape(sums.shape)
        low = np.array(
            [float(mean - Fraction(h)) for mean, h in zip(means, high.flat, strict=True)]
        ).reshape(sums.shape)
    absolute = np.abs(np.asarray(maps, float))
    totals = _windows(absolute, along, 0.0).sum(axis=(-2, -1))
    # Dividing rounds nothing if both are powers of two: the whole area, by which code may divide
    # before it corrects the mean of a window that is cut, and the number of elements that count.
    in_bits = (divisors & (divisors - 1) == 0) & (area & (area - 1) == 0)
    return Exact(
        high=high,
        low=low,
        magnitude=totals / divisors,
        grains=np.where(in_bits, np.ldexp(totals, -whole.exponent), np.inf),
        terms=area,
        normwise=absolute.sum(axis=(-3, -2), keepdims=True) / divisors,
        bias=np.zeros_like(high),
        sides=sum(maps.shape[-3:-1]),
    )
