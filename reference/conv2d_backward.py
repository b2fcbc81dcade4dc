"""The gradients of the convolution layer."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, as_pair, sum_dtype
from cnnspec.reference.conv2d import (
    Margins,
    Padding,
    as_groups,
    check_filters,
    counts_of,
    margins_of,
    with_all_axes,
)
from cnnspec.reference.conv_transpose2d import conv_transpose2d
from cnnspec.reference.errors import DilationError, ShapeError, StrideError
from cnnspec.reference.windows import reach, unrolled

__all__ = ["conv2d_backward", "conv2d_grad_bias", "conv2d_grad_filters", "conv2d_grad_image"]

#: An option for rows and columns: one number for both, or one for each.
Pair = int | tuple[int, int]

#: So many numbers are unrolled at once: they stay in the processor's cache.
_NUMBERS = 2**18


def conv2d_backward(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradients of a loss to a convolution's image, filters and bias.

    Element (i, j, k) of the maps is ``bias[k]`` plus the sum over a, b, c of ``image[i * s + a * d
    - top, j * t + b * e - left, channel c of k's group] * filters[k, a, b, c]``, with strides
    (s, t) and dilations (d, e). Each of these products hands its factors the incoming gradient of
    the element, each times the other factor.

    Parameters
    ----------
    grad : (H', W', K), or (N, H', W', K)
        The gradient of the loss to what `conv2d` returned.
    image, filters, stride, padding, dilation, groups
        As `conv2d` was given them.

    Returns
    -------
    grad_image : the shape of image
        The sum of ``grad[i, j, k] * filters[k, a, b, c]`` over all elements (i, j, k) of the maps
        whose window holds the pixel, where the weight (a, b) lies over it. Pixels that no window
        holds get 0. In memory as `conv_transpose2d` returns it.
    grad_filters : the shape of filters
        The sum of ``grad[i, j, k] * image[i * s + a * d - top, j * t + b * e - left, c]`` over all
        windows i, j of all images.
    grad_bias : (K,)
        The sum of ``grad[i, j, k]`` over all windows i, j of all images.

    Raises
    ------
    ShapeError
        If grad has not the shape of the maps.
    ChannelMismatchError, NonSquareFilterError, EvenFilterError, FilterTooLargeError, StrideError,
    PaddingError, DilationError, GroupsError, ShapeError, EmptyAxisError, TypeError
        If another argument breaks a rule of `conv2d`.

    Notes
    -----
    Source: the chain rule on the formula of `conv2d`; Dumoulin and Visin, A guide to convolution
    arithmetic for deep learning (2016), part 4, for the gradient to the image.
    """
    layer = _read(grad, image, filters, stride, padding, dilation, groups)
    return _to_image(layer), _to_filters(layer), _to_bias(layer)


def conv2d_grad_image(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Return the gradient to the image, of its shape: see `conv2d_backward`."""
    return _to_image(_read(grad, image, filters, stride, padding, dilation, groups))


def conv2d_grad_filters(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Return the gradient to the filters, of their shape: see `conv2d_backward`."""
    return _to_filters(_read(grad, image, filters, stride, padding, dilation, groups))


def conv2d_grad_bias(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
) -> FloatArray:
    """Return the gradient to the bias (K,): see `conv2d_backward`."""
    return _to_bias(_read(grad, image, filters, stride, padding, dilation, groups))


class _Layer(NamedTuple):
    """A convolution, with all axes: grads (N, H', W', K), images (N, H, W, C), kernels of 4."""

    grads: FloatArray
    images: FloatArray
    kernels: FloatArray
    strides: tuple[int, int]
    dilations: tuple[int, int]
    groups: int
    margins: Margins
    of_image: tuple[int, ...]
    of_filters: tuple[int, ...]


def _to_image(layer: _Layer) -> FloatArray:
    """Lay every filter over the padded image, times its element of grad; cut the margins off."""
    lengths = layer.images.shape[1:3]
    sizes = layer.kernels.shape[1:3]
    axes = zip(lengths, layer.margins, sizes, layer.strides, layer.dilations, strict=True)
    below, beside = ((n + sum(zeros) - reach(f, d)) % s for n, zeros, f, s, d in axes)
    found = conv_transpose2d(
        layer.grads,
        layer.kernels,
        stride=layer.strides,
        padding=layer.margins,
        output_padding=(below, beside),  # what no window reaches
        dilation=layer.dilations,
        groups=layer.groups,
    )
    return found.reshape(layer.of_image) if found.shape != layer.of_image else found


def _to_filters(layer: _Layer) -> FloatArray:
    """Multiply every window of the padded images by its element of grad, and sum the products."""
    images, (down, across) = layer.images, layer.kernels.shape[1:3]
    if np.any(layer.margins):
        images = np.pad(images, ((0, 0), *layer.margins, (0, 0)))
    number, rows, columns, count = layer.grads.shape
    groups, wide = layer.groups, sum_dtype(layer.grads, images)
    grads = layer.grads.transpose(3, 1, 2, 0).reshape(groups, count // groups, rows, -1)
    grads = np.array(grads.swapaxes(1, 2), wide, order="C")
    found = np.zeros((groups, count // groups, math.prod(layer.kernels.shape[1:])), wide)
    step, extent = layer.strides[0], reach(down, layer.dilations[0])
    at_once = max(1, _NUMBERS // max(1, step * across * images.shape[-1] * columns * number))
    for i in range(0, rows, at_once):
        here = grads[:, i : i + at_once]
        pixels = images[:, i * step :][:, : (here.shape[1] - 1) * step + extent]
        sizes, strides, dilations = (down, across), layer.strides, layer.dilations
        windows = unrolled(pixels, sizes, strides, dilations, groups, wide)
        for row in range(here.shape[1]):
            found += here[:, row] @ windows[:, row].swapaxes(1, 2)
    narrow = np.result_type(layer.grads, layer.images)
    return found.reshape(layer.of_filters).astype(narrow, copy=False)


def _to_bias(layer: _Layer) -> FloatArray:
    """Sum grad over images, rows and columns."""
    found: FloatArray = layer.grads.sum(axis=(0, 1, 2), dtype=sum_dtype(layer.grads))
    return found.astype(layer.grads.dtype, copy=False)


def _read(
    grad: ArrayLike,
    image: ArrayLike,
    filters: ArrayLike,
    stride: Pair,
    padding: Padding,
    dilation: Pair,
    groups: int,
) -> _Layer:
    """Return the layer, of arguments that go together."""
    grad = as_floats("grad", grad, may_be_empty=(0,) if np.ndim(grad) == 4 else ())
    image = as_floats("image", image, may_be_empty=(0,) if np.ndim(image) == 4 else ())
    filters = as_floats("filters", filters)
    groups = as_groups(groups)
    check_filters(image, filters, groups)
    strides = as_pair("stride", stride, 1, StrideError)
    dilations = as_pair("dilation", dilation, 1, DilationError)

    images, kernels = with_all_axes(image, filters)
    lengths, sizes = images.shape[1:3], kernels.shape[1:3]
    margins = margins_of(padding, lengths, sizes, strides, dilations)
    padded = [n + sum(zeros) for n, zeros in zip(lengths, margins, strict=True)]
    shape: tuple[int, ...] = (*counts_of(padded, sizes, strides, dilations), len(kernels))
    if image.ndim == 4:
        shape = (len(image), *shape)
    if grad.shape != shape:
        raise ShapeError(
            f"grad must have the shape {shape} of the maps, got {grad.shape}:"
            f" image {image.shape}, filters {filters.shape}"
        )
    grads = grad if image.ndim == 4 else grad[np.newaxis]
    return _Layer(
        grads, images, kernels, strides, dilations, groups, margins, image.shape, filters.shape
    )
