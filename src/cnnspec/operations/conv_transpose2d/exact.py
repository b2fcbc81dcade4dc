"""The exact maps of a transposed convolution."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, sum_of_products
from cnnspec.operations.conv_transpose2d.geometry import along, by_map

Array = NDArray[Any]


def conv_transpose2d(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    groups: int = 1,
    **options: Any,
) -> Exact:
    """Return the exact maps of a transposed convolution, of filters of any size.

    Zeros are put between the pixels and around them, and the turned filters are moved over that: a
    convolution of stride 1. Of its products all are left out that are zero by construction.
    """
    rows, columns = along({"image": image, "filters": filters, **options})
    kernels = by_map(filters, groups)[:, ::-1, ::-1]
    count, down, across, channels = kernels.shape

    def product(pixels: Array, weights: Array) -> Array:
        windows = _windows(_spread(pixels, rows, columns), rows, columns)
        *places, _, _, _ = windows.shape
        windows = windows.reshape(-1, groups, channels * down * across).swapaxes(0, 1)
        parts = weights.reshape(-1, groups, count // groups, down, across, channels)
        by_group = parts.transpose(1, 5, 3, 4, 0, 2).reshape(groups, windows.shape[-1], -1)
        sums = (windows @ by_group).reshape(groups, windows.shape[1], -1, count // groups)
        return sums.transpose(1, 2, 0, 3).reshape(*places, -1)

    biases = np.zeros(count) if bias is None else bias
    heaviest = np.abs(np.asarray(kernels, float)).sum(axis=(1, 2, 3)).max(initial=0)
    terms = channels * rows.terms * columns.terms
    found = sum_of_products(image, kernels, biases, product, terms, float(heaviest))
    # A transform is as large as the maps before anything is taken away from them.
    return replace(found, pixels=rows.whole * columns.whole * max(image.shape[-1], count))


def _spread(pixels: Array, rows: Any, columns: Any) -> Array:
    """Return pixels with zeros between them, and around them as far as a filter reaches."""
    *apart, _, _, channels = pixels.shape
    lengths = [one.whole + one.reach + one.added for one in (rows, columns)]
    spread = np.zeros((*apart, *lengths, channels), pixels.dtype)
    places = [np.s_[one.reach : one.whole : one.stride] for one in (rows, columns)]
    spread[..., places[0], places[1], :] = pixels
    return spread


def _windows(spread: Array, rows: Any, columns: Any) -> Array:
    """Return what the filters see, (..., H', W', K, f, g)."""
    sizes = [one.reach + 1 for one in (rows, columns)]
    windows = sliding_window_view(spread, sizes, axis=(-3, -2))
    cut = [np.s_[one.margin[0] : one.margin[0] + one.result] for one in (rows, columns)]
    return windows[..., cut[0], cut[1], :, :: rows.dilation, :: columns.dilation]
