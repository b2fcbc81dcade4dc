"""The exact maps of a convolution."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, sum_of_products
from cnnspec.exact.windows import bordered, margins_of, pair_of, reaches_of, windows_of

Array = NDArray[Any]


def conv2d(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
) -> Exact:
    """Return the exact maps of a convolution, with filters of any shape.

    Of "same" with a stride, or with an even number of zeros less one, this is one of the answers:
    the odd zero lies below, or on the right.
    """
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    rows, columns = filters.shape[1:3]
    strides, dilations = pair_of(stride), pair_of(dilation)
    reaches = reaches_of((rows, columns), dilations)
    image = bordered(image, margins_of(padding, image.shape[-3:-1], reaches, strides))

    def product(pixels: Array, weights: Array) -> Array:
        windows = windows_of(pixels, rows, columns, strides, dilations)
        if groups > 1:
            return _in_groups(windows, weights, len(filters), groups)
        by_filter = weights.transpose(3, 1, 2, 0).reshape(terms, -1)
        sums = windows.reshape(-1, terms) @ by_filter
        return sums.reshape(*windows.shape[:-3], by_filter.shape[1])

    biases = np.zeros(len(filters)) if bias is None else bias
    weights = np.abs(np.asarray(filters, float)).reshape(len(filters), -1).sum(axis=1)
    terms = math.prod(filters.shape[1:])
    return sum_of_products(image, filters, biases, product, terms, float(weights.max(initial=0)))


def _in_groups(windows: Array, weights: Array, count: int, groups: int) -> Array:
    """Return the sums of windows (..., C, rows, columns) whose maps see their own group only.

    The weights are several banks of ``count`` filters, one after the other.
    """
    banks = weights.reshape(-1, groups, count // groups, *weights.shape[1:])
    apart = windows.reshape(*windows.shape[:-3], groups, weights.shape[3], *windows.shape[-2:])
    sums = np.einsum("...gcab,lgkabc->...lgk", apart, banks)
    return np.asarray(sums.reshape(*windows.shape[:-3], len(weights)))
