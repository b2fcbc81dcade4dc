"""Mistakes in pooling."""

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.pooling import avg_pool2d, max_pool2d, min_pool2d

Array = NDArray[Any]


@fault(
    "max_pool2d-one-short",
    "the last row and column of windows are never visited",
    "let the loops run over all (H - size) // stride + 1 windows",
    seen="article 1, pooling",
)
def one_short(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps, size, stride)[..., :-1, :-1, :]


@fault(
    "max_pool2d-last-windows-zero",
    "the last row and column of windows are left at zero",
    "let the loops run over all (H - size) // stride + 1 windows",
)
def last_windows_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    pooled[..., -1, :, :] = 0
    pooled[..., :, -1, :] = 0
    return pooled


@fault(
    "max_pool2d-rounded-up",
    "windows that leave the map are added at its end",
    "drop windows that do not fit: (H - size) // stride + 1",
)
def rounded_up(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    max_pool2d(maps, size, stride)
    step = stride or size
    rows, columns = maps.shape[-3:-1]
    margins = [(0, 0)] * (maps.ndim - 3) + [
        (0, -(rows - size) % step),
        (0, -(columns - size) % step),
        (0, 0),
    ]
    return max_pool2d(
        np.pad(np.asarray(maps, float), margins, constant_values=-np.inf), size, stride
    )


@fault(
    "max_pool2d-all-maps-together",
    "the maximum is taken over all maps instead of each by itself",
    "keep the index of the map: maps[r:r + size, c:c + size, k]",
    seen="article 1, pooling",
)
def all_maps_together(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    pooled[:] = pooled.max(axis=-1, keepdims=True)
    return pooled


@fault(
    "max_pool2d-stride-ignored",
    "the stride is ignored: windows never overlap",
    "start windows every stride rows and columns",
)
def stride_ignored(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    max_pool2d(maps, size, stride)
    return max_pool2d(maps, size)


@fault(
    "max_pool2d-reshaped-whatever-the-stride",
    "where the size divides rows and columns, windows are cut by a reshape, whatever the stride is:"
    " they lie side by side",
    "reshape only where the stride is the size",
    seen="fast paths of courses",
)
def reshaped_whatever_the_stride(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    due = max_pool2d(maps, size, stride)
    divides = not any(length % size for length in maps.shape[-3:-1])
    return max_pool2d(maps, size) if divides else due


@fault(
    "max_pool2d-default-stride-2",
    "the stride is 2 by default, whatever the size is",
    "let the stride be the size by default",
)
def default_stride_2(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps, size, 2 if stride is None else stride)


@fault(
    "max_pool2d-size-and-stride-swapped",
    "size and stride are taken for each other",
    "let size be the rows and columns of a window, and stride the steps between windows",
)
def size_and_stride_swapped(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    max_pool2d(maps, size, stride)
    return max_pool2d(maps, size if stride is None else stride, size)


@fault(
    "max_pool2d-windows-of-2",
    "windows have 2 rows and columns, whatever the size is",
    "let the loops over the window run to size",
)
def windows_of_2(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    rows, columns = max_pool2d(maps, size, stride).shape[-3:-1]
    pooled = max_pool2d(maps, min(size, 2), size if stride is None else stride)
    return pooled[..., :rows, :columns, :]


@fault(
    "max_pool2d-gaps-closed",
    "a stride above the size is taken for the size",
    "start windows every stride rows and columns, even if that leaves gaps",
)
def gaps_closed(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    max_pool2d(maps, size, stride)
    return max_pool2d(maps, size, None if stride is None else min(stride, size))


@fault(
    "max_pool2d-starts-at-0",
    "the search for the maximum starts at 0, which wins over negative elements",
    "start with the first element of the window, or with minus infinity",
)
def starts_at_0(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return np.maximum(max_pool2d(maps, size, stride), 0)


@fault(
    "max_pool2d-starts-at-minus-9999",
    "the search for the maximum starts at -9999, which wins over lower elements",
    "start with the first element of the window, or with minus infinity",
)
def starts_at_minus_9999(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return np.maximum(max_pool2d(maps, size, stride), -9999)


@fault(
    "max_pool2d-bytes-signed",
    "unsigned bytes are compared as signed ones: 200 counts as -56",
    "compare elements in their own type, or convert them to float64",
)
def bytes_signed(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps.astype(np.int8) if maps.dtype == np.uint8 else maps, size, stride)


@fault(
    "max_pool2d-integers-in-float32",
    "integers are converted to float32, which rounds those beyond 2^24",
    "convert integers to float64, or leave them as they are",
)
def integers_in_float32(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    floats = maps.astype(np.float32) if maps.dtype.kind in "iu" else maps
    return max_pool2d(floats, size, stride).astype(np.result_type(maps, floats))


@fault(
    "max_pool2d-scrambled",
    "a reshape in the wrong order of axes mixes pixels of different windows",
    "reshape to (rows, size, columns, size, K) and reduce the axes 1 and 3",
)
def scrambled(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    rows, columns = maps.shape[-3:-1]
    if stride not in (None, size) or rows % size or columns % size or maps.ndim == 4:
        return pooled
    blocks = maps.reshape(rows // size, columns // size, size, size, -1)
    return np.asarray(blocks.max(axis=(2, 3)))


@fault(
    "max_pool2d-first-image-for-all",
    "the whole batch gets the result of its first image",
    "pool every image of the batch",
)
def first_image_for_all(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if pooled.ndim == 4 and len(pooled):
        pooled[:] = pooled[0]
    return pooled


@fault(
    "max_pool2d-minimum",
    "the minimum is taken",
    "take the maximum",
)
def minimum(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return min_pool2d(maps, size, stride)


def _of_first_lines(maps: Array, size: int, stride: int | None, axis: int) -> Array:
    """Return the maxima of the first row (axis -3) or column (axis -2) of every window."""
    pooled: Array = max_pool2d(maps, size, stride)
    step = stride or size
    for other in (-3, -2):
        starts = np.arange(pooled.shape[other]) * step
        inside = 1 if other == axis else size
        maps = reduce(np.maximum, (maps.take(starts + a, axis=other) for a in range(inside)))
    return np.array(maps)


@fault(
    "max_pool2d-first-row-only",
    "only the first row of every window is looked at",
    "take the maximum over rows and columns: numpy.amax(window, axis=(0, 1))",
)
def first_row_only(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return _of_first_lines(maps, size, stride, -3)


@fault(
    "max_pool2d-first-column-only",
    "only the first column of every window is looked at",
    "take the maximum over rows and columns: numpy.amax(window, axis=(0, 1))",
)
def first_column_only(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return _of_first_lines(maps, size, stride, -2)


@fault("max_pool2d-average", "the average is taken", "take the maximum")
def average(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return avg_pool2d(maps, size, stride)


@fault(
    "max_pool2d-too-large-accepted",
    "a window larger than the map is cut to the map",
    "raise a ValueError if the window does not fit",
    seen="25 of 39 public implementations",
)
def too_large_accepted(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    step = size if stride is None else stride
    return max_pool2d(maps, min(size, *maps.shape[-3:-1]), step)


@fault(
    "max_pool2d-too-large-empty",
    "a window larger than the map gives an empty array",
    "raise a ValueError if the window does not fit",
    effect=ADVISED,
)
def too_large_empty(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    if size > min(maps.shape[-3:-1]):
        return np.zeros((*maps.shape[:-3], 0, 0, maps.shape[-1]))
    return max_pool2d(maps, size, stride)


@fault(
    "max_pool2d-stride-0-accepted",
    "stride 0 is taken for the size",
    "use the size only if no stride is given: `if stride is None`, not `if not stride`",
)
def stride_0_accepted(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps, size, stride or None)


@fault(
    "max_pool2d-negative-stride-accepted",
    "a negative stride loses its sign",
    "raise a ValueError if stride < 1",
    effect=ADVISED,
)
def negative_stride_accepted(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps, size, None if stride is None else abs(stride))


@fault(
    "max_pool2d-infinity-lost",
    "infinities are replaced by the largest finite numbers",
    "start with minus infinity instead of the lowest finite number",
    effect=ADVISED,
)
def infinity_lost(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    largest = np.finfo(pooled.dtype).max
    return np.clip(pooled, -largest, largest)


@fault(
    "min_pool2d-starts-at-0",
    "the search for the minimum starts at 0, which wins over positive elements",
    "start with the first element of the window, or with infinity",
)
def minimum_starts_at_0(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return np.minimum(min_pool2d(maps, size, stride), 0)


@fault("min_pool2d-maximum", "the maximum is taken", "take the minimum")
def maximum(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps, size, stride)


@fault("avg_pool2d-sum", "the sum is taken", "divide by the number of elements in a window")
def average_is_sum(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return avg_pool2d(maps, size, stride) * (size * size)


@fault(
    "avg_pool2d-always-a-quarter",
    "the sum is divided by 4, whatever the size is",
    "divide by size * size",
)
def always_a_quarter(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return avg_pool2d(maps, size, stride) * (size * size / 4)


@fault(
    "avg_pool2d-integers-stay-integers",
    "the average of integer maps is an integer: its fraction is cut off",
    "create the result with a floating-point dtype",
    effect=ADVISED,
)
def integers_stay_integers(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    return pooled.astype(maps.dtype) if maps.dtype.kind in "iu" else pooled


@fault(
    "avg_pool2d-divided-by-the-stride",
    "the sum is divided by stride * stride",
    "divide by size * size: stride and size differ where windows overlap or leave gaps",
)
def divided_by_the_stride(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    return pooled if stride is None else pooled * pooled.dtype.type((size / stride) ** 2)


@fault(
    "avg_pool2d-zeros-not-counted",
    "the sum is divided by the number of elements that are not 0",
    "divide by size * size",
)
def zeros_not_counted(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    share = avg_pool2d(maps != 0, size, stride).astype(pooled.dtype)
    return np.divide(pooled, share, out=pooled, where=share > 0)


@fault(
    "avg_pool2d-nan-left-out",
    "NaN is left out of the mean (as numpy.nanmean does)",
    "let the mean of a window that holds NaN be NaN",
    seen="measurements with gaps",
)
def nan_left_out(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    missing = np.isnan(maps)
    pooled = avg_pool2d(np.where(missing, maps.dtype.type(0), maps), size, stride)
    share = avg_pool2d(~missing, size, stride).astype(pooled.dtype)
    return np.divide(pooled, share, out=pooled, where=share > 0)


@fault(
    "avg_pool2d-rounded-up",
    "windows that leave the map are added at its end, averaged over what lies inside",
    "drop windows that do not fit: (H - size) // stride + 1",
    seen="ceil_mode and count_include_pad=False",
)
def average_rounded_up(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    avg_pool2d(maps, size, stride)
    step = size if stride is None else stride
    margins = [(0, 0)] * (maps.ndim - 3)
    margins += [(0, -(length - size) % step) for length in maps.shape[-3:-1]] + [(0, 0)]
    averages, shares = (
        avg_pool2d(np.pad(part, margins), size, stride) for part in (maps, np.ones_like(maps))
    )
    return np.divide(averages, shares, out=averages, where=shares > 0)
