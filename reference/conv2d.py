"""The convolution layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, as_stride, sum_dtype
from cnnspec.reference.errors import (
    BiasLengthError,
    ChannelMismatchError,
    EvenFilterError,
    FilterTooLargeError,
    NonSquareFilterError,
    PaddingError,
    ShapeError,
)
from cnnspec.reference.windows import unrolled, window_count

__all__ = ["conv2d"]

#: So many numbers are unrolled at once: they stay in the processor's cache.
_NUMBERS = 2**18


def conv2d(
    image: ArrayLike,
    filters: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> FloatArray:
    """Slide every filter over the image and sum the products under it (cross-correlation).

    ``maps[i, j, k] = bias[k] + sum over a, b, c of
    image[i * stride + a, j * stride + b, c] * filters[k, a, b, c]``

    Parameters
    ----------
    image : (H, W), (H, W, C) or (N, H, W, C)
        One image, or a batch of N; pixels in any unit.
    filters : (K, f, f) for an image without channel axis, (K, f, f, C) for one with
        f is odd.
    bias : (K,), optional
        Added to every element of map k.
    stride : int
        Rows and columns from one window to the next.
    padding : "valid" or "same"
        "valid" uses only windows inside the image. "same" surrounds the image with
        (f - 1) / 2 zeros on each side, so that the maps have its size; with stride 1 only.

    Returns
    -------
    (H', W', K), or (N, H', W', K) for a batch
        "valid": H' = (H - f) // stride + 1; "same": H' = H. In memory a row's maps lie one after
        the other, and the images of a batch are the innermost axis.

    Raises
    ------
    ChannelMismatchError, NonSquareFilterError, EvenFilterError, FilterTooLargeError
        If the filters break a rule.
    BiasLengthError, StrideError, PaddingError, ShapeError, EmptyAxisError, TypeError
        If another argument does.

    Notes
    -----
    Source: article 1, "Conv Layer"; article 2, the 4x4 example, "Padding" and "Conv Layers".
    """
    image = as_floats("image", image, may_be_empty=(0,) if np.ndim(image) == 4 else ())
    filters = as_floats("filters", filters, may_be_empty=(0,))
    _check_filters(image, filters)
    biases = _as_biases(bias, filters)
    stride = as_stride(stride)
    dtype = np.result_type(image, filters, biases)

    images, kernels = _with_all_axes(image, filters)
    number, _, _, channels = images.shape
    count, size = kernels.shape[:2]
    images = _pad(images, size, stride, padding)
    rows = window_count(images.shape[1], size, stride)
    columns = window_count(images.shape[2], size, stride)

    weights = kernels.reshape(count, size * size * channels)
    weights = weights.astype(sum_dtype(image, filters, biases))
    maps = np.empty((rows, count, columns, number), weights.dtype)
    at_once = max(1, _NUMBERS // max(1, stride * size * channels * columns * number))
    for i in range(0, rows, at_once):
        here = maps[i : i + at_once]
        pixels = images[:, i * stride : (i + len(here) - 1) * stride + size]
        windows = unrolled(pixels, size, stride, weights.dtype)
        np.matmul(weights, windows, out=here.reshape(len(here), count, columns * number))
    if bias is not None:
        maps += biases[:, np.newaxis, np.newaxis]

    maps = maps.astype(dtype, copy=False).transpose(3, 0, 2, 1)
    return maps if image.ndim == 4 else maps[0]


def _check_filters(image: FloatArray, filters: FloatArray) -> None:
    shapes = f"image {image.shape}, filters {filters.shape}"
    if image.ndim not in (2, 3, 4):
        raise ShapeError(f"image must be (H, W), (H, W, C) or (N, H, W, C), got {shapes}")
    if filters.ndim not in (3, 4):
        raise ShapeError(f"filters must be (K, f, f) or (K, f, f, C), got {shapes}")
    image_channels = 1 if image.ndim == 2 else image.shape[-1]
    filter_channels = 1 if filters.ndim == 3 else filters.shape[-1]
    if image_channels != filter_channels:
        raise ChannelMismatchError(
            f"the image has {image_channels} channels and the filters {filter_channels}: {shapes}"
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


def _with_all_axes(image: FloatArray, filters: FloatArray) -> tuple[FloatArray, FloatArray]:
    if image.ndim == 2:
        return image[np.newaxis, :, :, np.newaxis], filters[..., np.newaxis]
    return (image if image.ndim == 4 else image[np.newaxis]), filters


def _pad(images: FloatArray, size: int, stride: int, padding: str) -> FloatArray:
    if padding not in ("valid", "same"):
        raise PaddingError(f'padding must be "valid" or "same", got {padding!r}')
    if padding == "same":
        if stride != 1:
            raise PaddingError(f'padding "same" is defined for stride 1 only, got {stride}')
        margin = (size - 1) // 2
        images = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    rows, columns = images.shape[1:3]
    if size > rows or size > columns:
        raise FilterTooLargeError(
            f"filters of {size}x{size} do not fit into an image of {rows}x{columns}"
        )
    return images
