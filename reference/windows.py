"""The windows that convolution and pooling share."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.reference.arguments import FloatArray

#: So many windows are unrolled at once, and so many numbers: they stay in the processor's cache.
_WINDOWS = 12_000
_NUMBERS = 2**19


def window_count(length: int, size: int, stride: int) -> int:
    """Return how many windows of ``size`` fit into ``length``, one every ``stride``."""
    return (length - size) // stride + 1


def shifted(array: FloatArray, axis: int, size: int, stride: int) -> Iterator[FloatArray]:
    """Yield, for each place a in a window along ``axis``, what stands there in every window.

    These are ``size`` views: the elements ``i * stride + a`` of the axis, for all windows i.
    """
    count = window_count(array.shape[axis], size, stride)
    lines = array.swapaxes(0, axis)
    for a in range(size):
        yield lines[a : a + stride * count : stride].swapaxes(0, axis)


def blocks(images: FloatArray, size: int, stride: int) -> Iterator[tuple[slice, slice]]:
    """Cut the windows of images (N, H, W, C) into blocks that fit into the processor's cache.

    Yields
    ------
    rows, images : slice
        Of the H' rows of windows and of the N images.
    """
    number, height, width, channels = images.shape
    rows, columns = window_count(height, size, stride), window_count(width, size, stride)
    lines = min(_WINDOWS, _NUMBERS // (size * size * channels)) // columns
    images_at_once = max(1, min(number, lines // size))
    rows_at_once = max(1, min(rows, lines // images_at_once))
    for n in range(0, number, images_at_once):
        for i in range(0, rows, rows_at_once):
            yield slice(i, min(i + rows_at_once, rows)), slice(n, n + images_at_once)


def unrolled(
    images: FloatArray, size: int, stride: int, dtype: np.dtype[np.floating[Any]]
) -> FloatArray:
    """Lay out the windows of images (N, H, W, C) as the columns of a matrix.

    Returns
    -------
    (size * size * C + 1, H' * W' * N) of ``dtype``
        In each column the pixels of a window, (a, b, c) in C order, and below them a 1. From
        column to column the image changes first, so that pixels are copied in long runs.
    """
    planes = np.array(images.transpose(3, 1, 2, 0), dtype, order="C")  # (C, H, W, N)
    channels, height, width, number = planes.shape
    rows, columns = window_count(height, size, stride), window_count(width, size, stride)
    matrix = np.empty((size * size * channels + 1, rows * columns * number), dtype)
    pixels = matrix[:-1].reshape(size, size, channels, rows, columns, number)
    for a in range(size):
        lines = planes[:, a : a + stride * rows : stride]
        for b in range(size):
            pixels[a, b] = lines[:, :, b : b + stride * columns : stride]
    matrix[-1] = 1
    return matrix
