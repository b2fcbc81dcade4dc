"""The windows that convolution and pooling share."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnspec.reference.arguments import FloatArray


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


def unrolled(
    images: FloatArray, size: int, stride: int, dtype: np.dtype[np.floating[Any]]
) -> FloatArray:
    """Lay out the windows of images (N, H, W, C) as the columns of matrices.

    Only columns are unrolled: ``lines[h, b, c, j, n] = images[n, h, j * stride + b, c]``. So what
    the row i of windows sees lies together, from line ``i * stride`` on.

    Returns
    -------
    (H', size * size * C, W' * N) of ``dtype``
        A matrix for each row of windows: a column for each of them, of pixels (a, b, c) in C
        order. A view, in which the matrices share lines.
    """
    planes = np.array(images.transpose(1, 3, 2, 0), dtype, order="C")  # (H, C, W, N)
    height, channels, width, number = planes.shape
    rows, columns = window_count(height, size, stride), window_count(width, size, stride)
    lines = np.empty((height, size, channels, columns, number), dtype)
    for b, pixels in enumerate(shifted(planes, 2, size, stride)):
        lines[:, b] = pixels
    line, _, pixel, *_ = lines.strides
    shape = rows, size * size * channels, columns * number
    return as_strided(lines, shape, (stride * line, pixel, lines.itemsize), writeable=False)
