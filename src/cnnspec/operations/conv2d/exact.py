"""The exact maps of a convolution."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, sum_of_products
from cnnspec.exact.windows import windows_of, with_margins

Array = NDArray[Any]


def conv2d(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Exact:
    """Return the exact maps of a convolution (any filter shape, odd ones for "same")."""
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    rows, columns = filters.shape[1:3]
    if padding == "same":
        image = with_margins(image, rows // 2, columns // 2)

    def product(pixels: Array, weights: Array) -> Array:
        windows = windows_of(pixels, rows, columns, stride)
        by_filter = weights.transpose(3, 1, 2, 0).reshape(terms, -1)
        sums = windows.reshape(-1, terms) @ by_filter
        return sums.reshape(*windows.shape[:-3], by_filter.shape[1])

    biases = np.zeros(len(filters)) if bias is None else bias
    weights = np.abs(np.asarray(filters, float)).reshape(len(filters), -1).sum(axis=1)
    terms = math.prod(filters.shape[1:])
    return sum_of_products(image, filters, biases, product, terms, float(weights.max(initial=0)))
