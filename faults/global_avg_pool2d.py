"""Mistakes in global average pooling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.global_avg_pool2d import global_avg_pool2d

Array = NDArray[Any]

_SIDES = (-3, -2)


def _of(formula: Callable[[Array], Any]) -> Callable[[Array], Array]:
    """Return a function that computes something else in float64, and refuses as is due."""

    def mistaken(maps: Array) -> Array:
        right = global_avg_pool2d(maps)
        with np.errstate(all="ignore"):
            return np.asarray(formula(np.asarray(maps, np.float64)), right.dtype)

    return mistaken


summed = fault(
    "global_avg_pool2d-sum",
    "the sum is returned, not the mean",
    "divide by rows * columns",
)(_of(lambda x: x.sum(_SIDES)))

maximum = fault(
    "global_avg_pool2d-maximum",
    "the largest element of each map is returned",
    "take the mean",
)(_of(lambda x: x.max(_SIDES)))

median = fault(
    "global_avg_pool2d-median",
    "the median of each map is returned",
    "take the mean",
)(_of(lambda x: np.median(x, _SIDES)))

all_maps = fault(
    "global_avg_pool2d-all-maps-together",
    "the mean is taken over all maps, and given to each",
    "take the mean of each map by itself: maps.mean(axis=(-3, -2))",
)(_of(lambda x: x.mean((-3, -2, -1))[..., np.newaxis].repeat(x.shape[-1], -1)))

columns_and_maps = fault(
    "global_avg_pool2d-over-columns-and-maps",
    "the mean is taken over columns and maps: one for each row, as if the maps came first",
    "take it over rows and columns: maps.mean(axis=(-3, -2))",
    seen="maps whose axis is the first",
)(_of(lambda x: x.mean((-2, -1))))

first_axes = fault(
    "global_avg_pool2d-first-two-axes",
    "the mean is taken over the first two axes, which in a batch are images and rows",
    "count the axes from the end: maps.mean(axis=(-3, -2))",
)(_of(lambda x: x.mean((0, 1))))

over_the_batch = fault(
    "global_avg_pool2d-over-the-batch",
    "the mean is taken over all images of a batch, too",
    "keep the axis of images: (N, K)",
)(_of(lambda x: x.mean(_SIDES) * 0 + x.mean(tuple(range(x.ndim - 1)))))

one_number = fault(
    "global_avg_pool2d-over-everything",
    "one mean of everything is returned",
    "take the mean over rows and columns only: maps.mean(axis=(-3, -2))",
)(_of(np.mean))

rows_squared = fault(
    "global_avg_pool2d-rows-squared",
    "the sum is divided by the square of the rows",
    "divide by rows * columns: maps need not be square",
)(_of(lambda x: x.sum(_SIDES) / x.shape[-3] ** 2))

by_the_rows = fault(
    "global_avg_pool2d-divided-by-the-rows",
    "the sum is divided by the rows only",
    "divide by rows * columns",
)(_of(lambda x: x.sum(_SIDES) / x.shape[-3]))

by_all = fault(
    "global_avg_pool2d-divided-by-everything",
    "the sum is divided by the numbers of all maps",
    "divide by rows * columns",
)(_of(lambda x: x.sum(_SIDES) / (x.shape[-3] * x.shape[-2] * x.shape[-1])))

by_49 = fault(
    "global_avg_pool2d-divided-by-49",
    "the sum is divided by 49, whatever the size of the maps is",
    "divide by rows * columns",
    seen="networks whose last maps are 7x7",
)(_of(lambda x: x.sum(_SIDES) / 49))

one_less = fault(
    "global_avg_pool2d-divided-by-one-less",
    "the sum is divided by rows * columns - 1",
    "divide by rows * columns: this is no variance",
)(_of(lambda x: x.sum(_SIDES) / max(x.shape[-3] * x.shape[-2] - 1, 1)))

zeros_left_out = fault(
    "global_avg_pool2d-zeros-not-counted",
    "the sum is divided by the number of elements that are not 0",
    "divide by rows * columns",
)(_of(lambda x: x.sum(_SIDES) / np.maximum((x != 0).sum(_SIDES), 1)))

last_row = fault(
    "global_avg_pool2d-last-row-missing",
    "the last of several rows is not added",
    "let the loop over the rows run to the last one",
)(
    _of(
        lambda x: (
            (x[..., :-1, :, :] if x.shape[-3] > 1 else x).sum(_SIDES)
            / x[..., 0].shape[-1]
            / x.shape[-3]
        )
    )
)

last_column = fault(
    "global_avg_pool2d-last-column-missing",
    "the last of several columns is not added",
    "let the loop over the columns run to the last one",
)(_of(lambda x: (x[..., :-1, :] if x.shape[-2] > 1 else x).sum(_SIDES) / x.shape[-2] / x.shape[-3]))

square_only = fault(
    "global_avg_pool2d-square-only",
    "only a square of as many columns as rows is averaged, or the reverse",
    "let the loops run over all rows and all columns",
)(_of(lambda x: x[..., : min(x.shape[-3:-1]), : min(x.shape[-3:-1]), :].mean(_SIDES)))

map_by_map = fault(
    "global_avg_pool2d-read-map-by-map",
    "the maps are reshaped to (K, -1), as if they lay one behind the other",
    "move the axis of maps to the front before reshaping, or take the mean over axes",
)(_of(lambda x: x.reshape(*x.shape[:-3], x.shape[-1], -1).mean(-1)))

first_image = fault(
    "global_avg_pool2d-first-image-for-all",
    "the whole batch gets the means of its first image",
    "take the means of every image",
)(_of(lambda x: x.mean(_SIDES) if x.ndim == 3 else x[:1].mean(_SIDES).repeat(len(x), 0)))

sums_go_on = fault(
    "global_avg_pool2d-sum-goes-on",
    "the sum is not set to zero from map to map",
    "start every map with a sum of zero",
)(_of(lambda x: np.cumsum(x.sum(_SIDES), axis=-1) / (x.shape[-3] * x.shape[-2])))

negatives = fault(
    "global_avg_pool2d-negatives-not-added",
    "negative elements are not added",
    "add every element",
)(_of(lambda x: np.maximum(x, 0).mean(_SIDES)))

nan_left_out = fault(
    "global_avg_pool2d-nan-left-out",
    "NaN is left out of the mean (as numpy.nanmean does)",
    "let the mean of a map that holds NaN be NaN",
    seen="measurements with gaps",
)(_of(lambda x: np.nansum(x, _SIDES) / np.maximum((~np.isnan(x)).sum(_SIDES), 1)))


@fault(
    "global_avg_pool2d-sides-kept",
    "the axes of rows and columns are kept, of length 1 each",
    "return (K,) or (N, K): without keepdims",
    seen="layers of other libraries",
)
def sides_kept(maps: Array) -> Array:
    return global_avg_pool2d(maps)[..., np.newaxis, np.newaxis, :]


@fault(
    "global_avg_pool2d-float32-inside",
    "float64 maps are averaged in float32",
    "sum in the precision of the maps",
)
def float32_inside(maps: Array) -> Array:
    result = global_avg_pool2d(maps)
    return global_avg_pool2d(np.asarray(maps, np.float32)).astype(result.dtype)


@fault(
    "global_avg_pool2d-integers-stay-integers",
    "the mean of integer maps is an integer: its fraction is cut off",
    "create the result with a floating-point dtype",
    effect=ADVISED,
)
def integers_stay_integers(maps: Array) -> Array:
    means = global_avg_pool2d(maps)
    return means.astype(maps.dtype) if maps.dtype.kind in "iu" else means


@fault(
    "global_avg_pool2d-bytes-wrap",
    "bytes are summed in bytes: the sum wraps around at 256",
    "sum in a wider dtype: maps.sum(axis=(-3, -2), dtype=float)",
    effect=ADVISED,
)
def bytes_wrap(maps: Array) -> Array:
    means = global_avg_pool2d(maps)
    if maps.dtype.itemsize > 1:
        return means
    sums = maps.sum(axis=_SIDES, dtype=maps.dtype)
    return np.asarray(sums / (maps.shape[-3] * maps.shape[-2]))
