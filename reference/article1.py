"""Article 1 by its own names: "Building Convolutional Neural Network using NumPy from Scratch".

Each function does what the article's prose says; its published code does not (the faults marked
"article 1" in ``cnnspec.faults``). The operations that it calls carry an underscore here, so that
this module offers the article's names and no others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats
from cnnspec.reference.conv2d import conv2d as _conv2d
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.filters import ARTICLE_EDGES
from cnnspec.reference.pooling import max_pool2d as _max_pool2d
from cnnspec.reference.relu import relu as _relu

#: Number of filters and filter size of the three conv layers.
LAYERS = ((2, 3), (3, 5), (1, 7))


def conv_(img: ArrayLike, conv_filter: ArrayLike) -> FloatArray:
    """Convolve one channel (H, W) with one filter (f, f): a map (H - f + 1, W - f + 1)."""
    conv_filter = as_floats("conv_filter", conv_filter)
    if conv_filter.ndim != 2:
        raise ShapeError(f"conv_filter must be (f, f), got the shape {conv_filter.shape}")
    return _conv2d(img, conv_filter[np.newaxis])[:, :, 0]


def conv(img: ArrayLike, conv_filter: ArrayLike) -> FloatArray:
    """Convolve an image (H, W) or (H, W, C) with a bank of filters: (H - f + 1, W - f + 1, K).

    The filters (K, f, f) or (K, f, f, C) must have the image's channels, be square, and be of
    odd size; the errors are those of `conv2d`.
    """
    return _conv2d(img, conv_filter)


def relu(feature_map: ArrayLike) -> FloatArray:
    """Return each element of the feature maps if it is larger than 0, otherwise 0."""
    return _relu(feature_map)


def pooling(feature_map: ArrayLike, size: int = 2, stride: int = 2) -> FloatArray:
    """Return the maximum of every window of every feature map (H, W, K)."""
    return _max_pool2d(feature_map, size, stride)


class LayerMaps(NamedTuple):
    """What the three steps of one layer return, each (rows, columns, filters)."""

    conv: FloatArray
    relu: FloatArray
    pool: FloatArray


def layer(img: ArrayLike, conv_filter: ArrayLike) -> LayerMaps:
    """Apply conv, ReLU and max-pooling with windows of 2 and stride 2."""
    feature_map = conv(img, conv_filter)
    feature_map_relu = relu(feature_map)
    return LayerMaps(feature_map, feature_map_relu, pooling(feature_map_relu, 2, 2))


def filter_banks(channels: int | None = None, seed: int = 0) -> list[FloatArray]:
    """Return the article's three filter banks: 2 of 3x3, 3 of 5x5 and 1 of 7x7.

    The first bank holds the article's edge filters, repeated for each of ``channels`` (``None``
    for a gray image without channel axis) and divided by their number. The other two are drawn
    uniformly from 0 to 1, from ``seed``.
    """
    random = np.random.default_rng(seed)
    first = ARTICLE_EDGES.copy()
    if channels is not None:
        first = np.repeat(first[..., np.newaxis], channels, axis=-1) / channels
    banks: list[FloatArray] = [first]
    for count, size in LAYERS[1:]:
        banks.append(random.random((count, size, size, len(banks[-1]))))
    return banks


def three_layers(img: ArrayLike, banks: Sequence[ArrayLike] | None = None) -> list[LayerMaps]:
    """Stack three layers, each on the pooled maps of the one before.

    Parameters
    ----------
    img : (H, W) or (H, W, C)
        At least 42 rows and columns for the article's banks.
    banks : sequence of filter banks, optional
        The article's (`filter_banks`) by default.

    Returns
    -------
    list of LayerMaps
        Every intermediate map, first layer first.
    """
    if banks is None:
        shape = np.shape(img)
        banks = filter_banks(shape[-1] if len(shape) == 3 else None)
    maps: list[LayerMaps] = []
    for bank in banks:
        maps.append(layer(maps[-1].pool if maps else img, bank))
    return maps
