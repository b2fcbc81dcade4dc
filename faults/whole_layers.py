"""Mistakes that show on whole layers only: blocks of several axes, and counters that are too small.

No default check reaches them; `cnnspec check --effort thorough` does.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.conv2d import any_filters
from cnnspec.reference import conv2d, dense, max_pool2d, relu, softmax

Array = NDArray[Any]


@fault(
    "conv2d-last-of-blocks-of-32-ignored",
    "blocks of 32 rows, 32 channels and 32 filters: those behind the first along all three axes"
    " are left out",
    "let the loops over the blocks of all three axes run to their ends",
    effort="thorough",
)
def last_of_blocks_of_32_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 4 and min(maps.shape[-3], len(filters), filters.shape[-1]) > 32:
        cut = np.array(filters)
        cut[32:, ..., 32:] = 0
        maps[..., 32:, :, 32:] = conv2d(image, cut, *args, **options)[..., 32:, :, 32:]
    return maps


@fault(
    "conv2d-weights-of-even-filters-in-16-bits",
    "under filters of even size, weights beyond the 65536th count as 0: their index has 16 bits",
    "count weights with an integer that holds their number, under filters of every size",
    profile="general",
    effort="thorough",
)
def weights_of_even_filters_in_16_bits(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if filters.ndim == 4 and filters.shape[1] % 2 == 0:
        filters = np.array(filters)
        filters.reshape(-1)[2**16 :] = 0
    return any_filters(image, filters, *args, **options)


@fault(
    "relu-beyond-2-to-the-20-unchanged",
    "elements beyond the 1048576th stay as they are",
    "let the loop over the blocks of a large array run to the end",
    effort="thorough",
)
def beyond_2_to_the_20_unchanged(x: Array) -> Array:
    result = relu(x).ravel()
    result[2**20 :] = x.ravel()[2**20 :]
    return result.reshape(x.shape)


@fault(
    "max_pool2d-beyond-2-to-the-19-zero",
    "elements of the result beyond the 524288th are left at zero",
    "let the loop over the windows of a large array run to the end",
    effort="thorough",
)
def pooled_beyond_2_to_the_19_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = np.ascontiguousarray(max_pool2d(maps, size, stride))
    pooled.reshape(-1)[2**19 :] = 0
    return pooled


@fault(
    "dense-index-of-weights-in-float32",
    "the index of a weight is computed in float32, which beyond 2^24 holds no odd numbers",
    "compute indices in integers",
    effort="thorough",
)
def index_of_weights_in_float32(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    flat = np.array(weights).reshape(-1)
    beyond = np.arange(2**24, flat.size).astype(np.float32).astype(np.int64)
    flat[2**24 :] = flat[np.minimum(beyond, flat.size - 1)]
    return dense(x, flat.reshape(weights.shape), bias)


@fault(
    "softmax-rows-beyond-2-to-the-17-not-normalised",
    "rows that begin beyond the 131072nd logit are not divided by their sum",
    "divide every row by its own sum, in arrays of any size",
    effort="thorough",
)
def rows_beyond_2_to_the_17_not_normalised(logits: Array) -> Array:
    probabilities = softmax(logits)
    first = 2**17 // logits.shape[-1] + 1
    rows = probabilities.reshape(-1, logits.shape[-1])
    rows[first:] /= rows[first:].max(axis=1, keepdims=True)
    return rows.reshape(logits.shape)


@fault(
    "conv2d-last-rows-of-a-workspace-ignored",
    "windows are laid out in a workspace of 32 MB, as many rows as it holds at a time; the rows"
    " that are left over for the last time are left at zero",
    "multiply what is left over, too",
    effort="thorough",
)
def last_rows_of_a_workspace_ignored(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    rows, columns = maps.shape[-3:-1]
    at_a_time = max(2**25 // (columns * filters[0].size * 8), 1)
    if rows > at_a_time and rows % at_a_time:
        maps[..., -(rows % at_a_time) :, :, :] = 0
    return maps
