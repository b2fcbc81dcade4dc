"""The convolution layer."""

import math
import operator
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, as_pair, sum_dtype
from cnnspec.reference.errors import (
    BiasLengthError,
    ChannelMismatchError,
    DilationError,
    EvenFilterError,
    FilterTooLargeError,
    GroupsError,
    NonSquareFilterError,
    PaddingError,
    ShapeError,
    StrideError,
)
from cnnspec.reference.windows import reach, same_margins, unrolled, window_count

__all__ = ["conv2d"]

#: Zeros above and below, and on the left and on the right.
Margins = tuple[tuple[int, int], tuple[int, int]]

Padding = str | int | tuple[int, int] | Margins

#: So many numbers are unrolled at once: they stay in the processor's cache.
_NUMBERS = 2**18


def conv2d(
    image: ArrayLike,
    filters: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: int | tuple[int, int] = 1,
    padding: Padding = "valid",
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
) -> FloatArray:
    """Slide every filter over the image and sum the products under it (cross-correlation).

    ``maps[i, j, k] = bias[k] + sum over a, b, c of
    image[i * s + a * d - top, j * t + b * e - left, channel c of k's group] * filters[k, a, b, c]``

    with strides (s, t) and dilations (d, e); beyond the image there are zeros.

    Parameters
    ----------
    image : (H, W), (H, W, C) or (N, H, W, C)
        One image, or a batch of N; pixels in any unit.
    filters : (K, f, f) for an image without channel axis, (K, f, f, C / groups) for one with
        f is odd.
    bias : (K,), optional
        Added to every element of map k.
    stride : int or (rows, columns)
        Rows and columns from one window to the next.
    padding : "valid", "same", int, (rows, columns) or ((top, bottom), (left, right))
        Zeros around the image, in pixels. "valid" puts none. "same" puts as many on each axis that
        there are ceil(H / s) windows: (f - 1) / 2 on every side without stride and dilation. An odd
        one is put below, or on the right.
    dilation : int or (rows, columns)
        Pixels from one weight to the next.
    groups : int
        Divides the channels and the filters into so many groups, in order: every map sees the
        channels of its own group only. With groups = C it is called depthwise.

    Returns
    -------
    (H', W', K), or (N, H', W', K) for a batch
        H' = (H + top + bottom - d * (f - 1) - 1) // s + 1. In memory a row's maps lie one after
        the other, and the images of a batch are the innermost axis.

    Raises
    ------
    ChannelMismatchError, NonSquareFilterError, EvenFilterError, FilterTooLargeError
        If the filters break a rule.
    BiasLengthError, StrideError, PaddingError, DilationError, GroupsError, ShapeError,
    EmptyAxisError, TypeError
        If another argument does.

    Notes
    -----
    Source: article 1, "Conv Layer"; article 2, the 4x4 example, "Padding" and "Conv Layers". What
    both leave out (strides per axis, padding by numbers, dilation and groups) is as PyTorch's
    ``conv2d`` and ONNX's ``Conv`` have it; "same" with a stride as TensorFlow has it.
    """
    image = as_floats("image", image, may_be_empty=(0,) if np.ndim(image) == 4 else ())
    filters = as_floats("filters", filters, may_be_empty=(0,))
    groups = as_groups(groups)
    check_filters(image, filters, groups)
    biases = _as_biases(bias, filters)
    strides = as_pair("stride", stride, 1, StrideError)
    dilations = as_pair("dilation", dilation, 1, DilationError)
    dtype = np.result_type(image, filters, biases)

    images, kernels = with_all_axes(image, filters)
    number, *lengths, channels = images.shape
    count, *sizes, _ = kernels.shape
    margins = margins_of(padding, lengths, sizes, strides, dilations)
    if np.any(margins):
        images = np.pad(images, ((0, 0), *margins, (0, 0)))
    rows, columns = counts_of(images.shape[1:3], sizes, strides, dilations)

    weights = kernels.reshape(groups, 1, count // groups, math.prod(kernels.shape[1:]))
    weights = weights.astype(sum_dtype(image, filters, biases))
    maps = np.empty((rows, groups, count // groups, columns * number), weights.dtype)
    row_of_windows = sizes[0] * sizes[1] * channels * columns * number
    per_row = row_of_windows if dilations[0] > 1 else strides[0] * row_of_windows // sizes[0]
    at_once = max(1, _NUMBERS // max(1, per_row))
    for i in range(0, rows, at_once):
        here = maps[i : i + at_once]
        last = (len(here) - 1) * strides[0] + reach(sizes[0], dilations[0])
        pixels = images[:, i * strides[0] :][:, :last]
        windows = unrolled(pixels, (sizes[0], sizes[1]), strides, dilations, groups, weights.dtype)
        np.matmul(weights, windows, out=here.swapaxes(0, 1))
    maps = maps.reshape(rows, count, columns, number)
    if bias is not None:
        maps += biases[:, np.newaxis, np.newaxis]

    maps = maps.astype(dtype, copy=False).transpose(3, 0, 2, 1)
    return maps if image.ndim == 4 else maps[0]


def as_groups(groups: int) -> int:
    groups = operator.index(groups)
    if groups < 1:
        raise GroupsError(f"groups must be at least 1, got {groups}")
    return groups


def check_filters(image: FloatArray, filters: FloatArray, groups: int) -> None:
    shapes = f"image {image.shape}, filters {filters.shape}"
    if image.ndim not in (2, 3, 4):
        raise ShapeError(f"image must be (H, W), (H, W, C) or (N, H, W, C), got {shapes}")
    if filters.ndim not in (3, 4):
        raise ShapeError(f"filters must be (K, f, f) or (K, f, f, C), got {shapes}")
    image_channels = 1 if image.ndim == 2 else image.shape[-1]
    filter_channels = 1 if filters.ndim == 3 else filters.shape[-1]
    if image_channels % groups or len(filters) % groups:
        raise GroupsError(
            f"{groups} groups do not divide {image_channels} channels and {len(filters)} filters"
        )
    if image_channels != filter_channels * groups:
        raise ChannelMismatchError(
            f"the image has {image_channels} channels and the filters {filter_channels} in each of"
            f" {groups} groups: {shapes}"
        )
    if (image.ndim == 2) != (filters.ndim == 3):
        raise ChannelMismatchError(
            f"image and filters must both have a channel axis or both have none, got {shapes}"
        )
    rows, columns = filters.shape[1:3]
    if rows != columns:
        raise NonSquareFilterError(f"filters must be square, got {rows}x{columns}: {shapes}")
    if rows % 2 == 0:
        raise EvenFilterError(f"the filter size must be odd, got {rows}x{columns}: {shapes}")


def _as_biases(bias: ArrayLike | None, filters: FloatArray) -> FloatArray:
    count = len(filters)
    if bias is None:
        return np.zeros(count, dtype=filters.dtype)
    biases = as_floats("bias", bias, may_be_empty=(0,))
    if biases.shape != (count,):
        raise BiasLengthError(f"bias must have the shape ({count},), got {biases.shape}")
    return biases


def with_all_axes(image: FloatArray, filters: FloatArray) -> tuple[FloatArray, FloatArray]:
    if image.ndim == 2:
        return image[np.newaxis, :, :, np.newaxis], filters[..., np.newaxis]
    return (image if image.ndim == 4 else image[np.newaxis]), filters


def margins_of(
    padding: Padding,
    lengths: Sequence[int],
    sizes: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
) -> Margins:
    """Return how many zeros are put above and below, and on the left and on the right."""
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise PaddingError(f'padding must be numbers, "valid" or "same", got {padding!r}')
        axes = zip(lengths, sizes, strides, dilations, strict=True)
        rows, columns = (same_margins(*axis) if padding == "same" else (0, 0) for axis in axes)
        return rows, columns
    both = (padding, padding) if isinstance(padding, int | np.integer) else padding
    if len(both) != 2:
        raise TypeError(f"padding must be a word, a number, a pair or a pair of pairs: {padding!r}")
    above, beside = (as_pair("padding", zeros, 0, PaddingError) for zeros in both)
    return above, beside


def counts_of(
    lengths: Sequence[int], sizes: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> tuple[int, int]:
    """Return how many windows there are along rows and columns of the padded image."""
    reaches = [reach(*axis) for axis in zip(sizes, dilations, strict=True)]
    if reaches[0] > lengths[0] or reaches[1] > lengths[1]:
        raise FilterTooLargeError(
            f"filters that reach over {reaches[0]}x{reaches[1]} do not fit into an image of"
            f" {lengths[0]}x{lengths[1]}"
        )
    rows, columns = map(window_count, lengths, reaches, strides)
    return rows, columns
