"""The gradients of the transposed convolution layer."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.conv_transpose2d import Padding, Pair, check_groups, laid_out
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.windows import reach, unrolled

__all__ = [
    "conv_transpose2d_backward",
    "conv_transpose2d_grad_bias",
    "conv_transpose2d_grad_filters",
    "conv_transpose2d_grad_image",
]

#: So many numbers are unrolled at once: they stay in the processor's cache.
_NUMBERS = 2**18


def conv_transpose2d_backward(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradients of a loss to a transposed convolution's image, filters and bias.

    Pixel (i, j) of channel k lays ``filters[k]`` over the maps, times itself: weight (a, b) falls
    on the element ``(i * s + a * d - top, j * t + b * e - left)``, with strides (s, t) and
    dilations (d, e). On the way back pixel and weight get the incoming gradient of that element,
    each times the other. So the pixels see windows of grad: a convolution with the same filters,
    which are not turned.

    Parameters
    ----------
    grad : (H', W', C), or (N, H', W', C)
        The gradient of the loss to what `conv_transpose2d` returned.
    image, filters, stride, padding, output_padding, dilation, groups
        As `conv_transpose2d` was given them.

    Returns
    -------
    grad_image : the shape of image
        The sum of ``grad[i * s + a * d - top, j * t + b * e - left, c] * filters[k, a, b, c]``
        over all weights (a, b) and the maps c of the group of k. What was taken away from the maps
        gives nothing.
    grad_filters : the shape of filters
        The sum of ``image[i, j, k]`` times the same elements of grad over all pixels (i, j) of all
        images.
    grad_bias : (C,)
        The sum of grad over images, rows and columns: those of the output padding count, too.

    Raises
    ------
    ShapeError
        If grad has not the shape of the maps.
    ChannelMismatchError, GroupsError, StrideError, PaddingError, OutputPaddingError,
    DilationError, ShapeError, EmptyAxisError, TypeError
        If another argument breaks a rule of `conv_transpose2d`.

    Notes
    -----
    Source: the chain rule on the formula of `conv_transpose2d`; Dumoulin and Visin, A guide to
    convolution arithmetic for deep learning (2016), part 4.
    """
    layer = _read(grad, image, filters, stride, padding, output_padding, dilation, groups)
    return _to_image(layer), _to_filters(layer), _to_bias(layer)


def conv_transpose2d_grad_image(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Return the gradient to the image, of its shape: see `conv_transpose2d_backward`."""
    return _to_image(_read(grad, image, filters, stride, padding, output_padding, dilation, groups))


def conv_transpose2d_grad_filters(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Return the gradient to the filters, of their shape: see `conv_transpose2d_backward`."""
    return _to_filters(
        _read(grad, image, filters, stride, padding, output_padding, dilation, groups)
    )


def conv_transpose2d_grad_bias(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Return the gradient to the bias (C,): see `conv_transpose2d_backward`."""
    return _to_bias(_read(grad, image, filters, stride, padding, output_padding, dilation, groups))


class _Layer(NamedTuple):
    """A transposed convolution of a batch: grads (N, H', W', C), images (N, H, W, K)."""

    grads: FloatArray
    images: FloatArray
    filters: FloatArray
    strides: tuple[int, int]
    dilations: tuple[int, int]
    groups: int
    seen: FloatArray
    is_single: bool


def _to_image(layer: _Layer) -> FloatArray:
    """Multiply every window of grad by every filter of its group, and sum the products."""
    dtype = sum_dtype(layer.grads, layer.filters)
    number, rows, columns, channels = layer.images.shape
    groups = layer.groups
    weights = layer.filters.reshape(groups, 1, channels // groups, -1).astype(dtype)
    found = np.empty((groups, rows, channels // groups, columns * number), dtype)
    for place, windows in _windows(layer, dtype):
        np.matmul(weights, windows, out=found[:, place])
    whole = found.swapaxes(0, 1).reshape(rows, channels, columns, number).transpose(3, 0, 2, 1)
    narrow = np.result_type(layer.grads, layer.filters)
    return (whole[0] if layer.is_single else whole).astype(narrow, copy=False)


def _to_filters(layer: _Layer) -> FloatArray:
    """Multiply every window of grad by its pixels, and sum the products."""
    dtype = sum_dtype(layer.grads, layer.images)
    _, rows, _, channels = layer.images.shape
    groups = layer.groups
    pixels = layer.images.transpose(3, 1, 2, 0).reshape(groups, channels // groups, rows, -1)
    pixels = np.array(pixels.swapaxes(1, 2), dtype, order="C")
    found = np.zeros((groups, channels // groups, layer.filters[0].size), dtype)
    for place, windows in _windows(layer, dtype):
        for here, seen in zip(pixels[:, place].swapaxes(0, 1), windows.swapaxes(0, 1), strict=True):
            found += here @ seen.swapaxes(1, 2)
    narrow = np.result_type(layer.grads, layer.images)
    return found.reshape(layer.filters.shape).astype(narrow, copy=False)


def _to_bias(layer: _Layer) -> FloatArray:
    """Sum grad over images, rows and columns."""
    found: FloatArray = layer.grads.sum(axis=(0, 1, 2), dtype=sum_dtype(layer.grads))
    return found.astype(layer.grads.dtype, copy=False)


def _windows(layer: _Layer, dtype: np.dtype[np.floating[Any]]) -> Any:
    """Yield rows of pixels, and what their filters lay over: (G, rows, f * g * C / G, W * N)."""
    number, rows, columns, _ = layer.images.shape
    _, down, across, _ = layer.filters.shape
    step, extent = layer.strides[0], reach(down, layer.dilations[0])
    at_once = max(1, _NUMBERS // max(1, step * across * layer.seen.shape[-1] * columns * number))
    for first in range(0, rows, at_once):
        place = slice(first, min(first + at_once, rows))
        lines = slice(first * step, (place.stop - 1) * step + extent)
        sizes = (down, across)
        yield (
            place,
            unrolled(
                layer.seen[:, lines], sizes, layer.strides, layer.dilations, layer.groups, dtype
            ),
        )


def _read(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    stride: Pair,
    padding: Padding,
    output_padding: Pair,
    dilation: Pair,
    groups: int,
) -> _Layer:
    """Return the layer, of arguments that go together.

    Its ``seen`` is grad with zeros where rows and columns were taken away from the maps, as far as
    the filters reach.
    """
    grad = as_floats("grad", grad, may_be_empty=(0,) if np.ndim(grad) == 4 else ())
    image = as_floats("image", image, may_be_empty=(0,) if np.ndim(image) == 4 else ())
    filters = as_floats("filters", filters)
    groups = check_groups(groups, image, filters)
    lengths, sizes = image.shape[-3:-1], filters.shape[1:3]
    strides, dilations, whole, margins = laid_out(
        lengths, sizes, stride, padding, output_padding, dilation
    )
    sides = (n - sum(cut) for n, cut in zip(whole, margins, strict=True))
    shape = (*image.shape[:-3], *sides, filters.shape[-1] * groups)
    if grad.shape != shape:
        raise ShapeError(
            f"grad must have the shape {shape} of the maps, got {grad.shape}:"
            f" image {image.shape}, filters {filters.shape}"
        )
    images, grads = (one if one.ndim == 4 else one[np.newaxis] for one in (image, grad))
    rows, columns = (
        (n - 1) * s + reach(f, d)
        for n, f, s, d in zip(lengths, sizes, strides, dilations, strict=True)
    )
    seen = np.pad(grads, ((0, 0), *margins, (0, 0)))[:, :rows, :columns]
    return _Layer(grads, images, filters, strides, dilations, groups, seen, image.ndim == 3)
