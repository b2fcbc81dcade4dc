"""The transposed convolution layer: the adjoint of convolution in the image."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, as_pair, sum_dtype
from cnnspec.reference.errors import (
    BiasLengthError,
    ChannelMismatchError,
    DilationError,
    GroupsError,
    OutputPaddingError,
    PaddingError,
    ShapeError,
    StrideError,
)
from cnnspec.reference.windows import reach

__all__ = ["conv_transpose2d"]

#: An option for rows and columns: one number for both, or one for each.
Pair = int | tuple[int, int]

#: Rows and columns for each side, ((top, bottom), (left, right)).
Margins = tuple[tuple[int, int], tuple[int, int]]
Padding = Pair | Margins

#: So many products are held at once: they stay in the processor's cache.
_NUMBERS = 2**18


def conv_transpose2d(
    image: ArrayLike,
    filters: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Lay every filter over the maps once for each pixel, times the pixel, and add them up.

    ``maps[i, j, c] = bias[c] + sum of image[i', j', k] * filters[k, a, b, c % (C / groups)]``
    over all i', a with ``i = i' * stride + a * dilation - top``, all j', b likewise, and the
    channels k of the group of c. With an output padding below the stride this is the adjoint, in
    the image, of a convolution with the same filters, stride, padding, dilation and groups.

    Parameters
    ----------
    image : (H, W, K) or (N, H, W, K)
        One image of K channels, or a batch of N; pixels in any unit.
    filters : (K, f, g, C / groups)
        One for each channel of the image, of any numbers of rows and columns.
    bias : (C,), optional
        Added to every element of map c.
    stride : int or (rows, columns)
        From the filter of one pixel to that of the next.
    padding : int, (rows, columns) or ((top, bottom), (left, right))
        So many rows and columns are taken away from the edges of the maps.
    output_padding : int or (rows, columns)
        So many are added at the bottom and at the right; below the stride or the dilation.
    dilation : int or (rows, columns)
        From one weight of a filter to the next.
    groups : int
        Channels and maps are divided into so many, each of which sees only its own.

    Returns
    -------
    (H', W', C), or (N, H', W', C) for a batch
        H' = (H - 1) * stride - top - bottom + dilation * (f - 1) + 1 + output_padding. In memory a
        row's maps lie one after the other, and the images of a batch are the innermost axis.

    Raises
    ------
    ChannelMismatchError, GroupsError, BiasLengthError
        If image, filters and bias do not go together.
    StrideError, PaddingError, OutputPaddingError, DilationError, ShapeError, EmptyAxisError,
    TypeError
        If an argument breaks a rule of its own, or nothing is left of the maps.

    Notes
    -----
    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016), part 4.
    """
    image = as_floats("image", image, may_be_empty=(0,) if np.ndim(image) == 4 else ())
    filters = as_floats("filters", filters)
    groups = check_groups(groups, image, filters)
    count = filters.shape[-1] * groups
    biases = _as_biases(bias, count, filters.dtype)
    strides, dilations, (height, width), ((top, bottom), (left, right)) = laid_out(
        image.shape[-3:-1], filters.shape[1:3], stride, padding, output_padding, dilation
    )
    dtype, summed = np.result_type(image, filters, biases), sum_dtype(image, filters, biases)

    images = image if image.ndim == 4 else image[np.newaxis]
    number, rows, columns, channels = images.shape
    _, down, across, of_a_group = filters.shape
    weights = filters.reshape(groups, channels // groups, -1).swapaxes(1, 2).astype(summed)
    pixels = np.array(images.transpose(1, 3, 2, 0), summed, order="C")
    pixels = pixels.reshape(rows, groups, channels // groups, columns * number)
    whole = np.zeros((height, groups, of_a_group, width, number), summed)
    at_once = max(1, _NUMBERS // max(1, weights.shape[1] * groups * columns * number))
    for i in range(0, rows, at_once):
        here = pixels[i : i + at_once]
        # of one channel alone there is nothing to sum: NumPy multiplies faster than it sums
        products = weights * here if channels == groups else weights @ here
        shape = len(products), groups, down, across, of_a_group, columns, number
        products = products.reshape(shape)
        lines = whole[i * strides[0] :]
        for a, b in np.ndindex(down, across):
            at = _every(strides[0], a * dilations[0], len(products))
            to = _every(strides[1], b * dilations[1], columns)
            lines[at, :, :, to] += products[:, :, a, b]

    maps = whole.reshape(height, count, width, number)
    maps = maps[top : height - bottom, :, left : width - right]
    if bias is not None:
        maps += biases[:, np.newaxis, np.newaxis]
    maps = maps.astype(dtype, copy=False).transpose(3, 0, 2, 1)
    return maps if image.ndim == 4 else maps[0]


def _every(step: int, first: int, count: int) -> slice:
    """Return so many places from the first, each a step further."""
    return slice(first, first + (count - 1) * step + 1, step)


def check_groups(groups: int, image: FloatArray, filters: FloatArray) -> int:
    """Return the number of groups, of an image and filters that go together."""
    shapes = f"image {image.shape}, filters {filters.shape}"
    if image.ndim not in (3, 4):
        raise ShapeError(f"image must be (H, W, K) or (N, H, W, K), got {shapes}")
    if filters.ndim != 4:
        raise ShapeError(f"filters must be (K, f, g, C / groups), got {shapes}")
    channels = image.shape[-1]
    if channels != len(filters):
        raise ChannelMismatchError(
            f"there must be a filter for each of the {channels} channels: {shapes}"
        )
    groups = operator.index(groups)
    if groups < 1 or channels % groups:
        raise GroupsError(f"groups must divide the {channels} channels, got {groups}")
    return groups


def _as_biases(bias: ArrayLike | None, count: int, dtype: np.dtype[np.floating[Any]]) -> FloatArray:
    biases = np.zeros(count, dtype) if bias is None else as_floats("bias", bias)
    if biases.shape != (count,):
        raise BiasLengthError(f"bias must have the shape ({count},), got {biases.shape}")
    return biases


def laid_out(
    lengths: Sequence[int],
    sizes: Sequence[int],
    stride: Pair,
    padding: Padding,
    output_padding: Pair,
    dilation: Pair,
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], Margins]:
    """Return strides, dilations, the sizes of whole maps, and what is taken away from them."""
    strides = as_pair("stride", stride, 1, StrideError)
    dilations = as_pair("dilation", dilation, 1, DilationError)
    added = as_pair("output_padding", output_padding, 0, OutputPaddingError)
    if any(a >= max(s, d) for a, s, d in zip(added, strides, dilations, strict=True)):
        raise OutputPaddingError(
            f"output_padding must be below the stride {strides} or the dilation {dilations},"
            f" got {added}"
        )
    height, width = (
        (length - 1) * s + reach(size, d) + a
        for length, size, s, d, a in zip(lengths, sizes, strides, dilations, added, strict=True)
    )
    return strides, dilations, (height, width), _as_margins(padding, (height, width))


def _as_margins(padding: Any, sizes: tuple[int, int]) -> Margins:
    """Return what is taken away, ((top, bottom), (left, right)): less than the maps have."""
    rows, columns = padding if isinstance(padding, Sequence) else (padding, padding)
    margins = [as_pair("padding", side, 0, PaddingError) for side in (rows, columns)]
    if any(sum(side) >= size for side, size in zip(margins, sizes, strict=True)):
        raise PaddingError(f"padding {padding!r} leaves nothing of maps of {sizes}")
    return margins[0], margins[1]
