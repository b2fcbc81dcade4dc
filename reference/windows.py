"""The windows that convolution and pooling share."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnspec.reference.arguments import FloatArray


def reach(size: int, dilation: int) -> int:
    """Return over how many rows or columns a window extends whose elements are dilated."""
    return dilation * (size - 1) + 1


def window_count(length: int, size: int, stride: int) -> int:
    """Return how many windows over ``size`` fit into ``length``, one every ``stride``."""
    return (length - size) // stride + 1


def same_margins(length: int, size: int, stride: int, dilation: int) -> tuple[int, int]:
    """Return how many zeros before and after an axis give ceil(length / stride) windows.

    An odd one is put after it.
    """
    count = -(-length // stride)
    total = max((count - 1) * stride + reach(size, dilation) - length, 0)
    return total // 2, total - total // 2


def shifted(
    array: FloatArray, axis: int, size: int, stride: int, dilation: int = 1
) -> Iterator[FloatArray]:
    """Yield, for each place a in a window along ``axis``, what stands there in every window.

    These are ``size`` views: the elements ``i * stride + a * dilation`` of the axis, for all
    windows i.
    """
    count = window_count(array.shape[axis], reach(size, dilation), stride)
    lines = array.swapaxes(0, axis)
    for a in range(size):
        first = a * dilation
        yield lines[first : first + stride * count : stride].swapaxes(0, axis)


def unrolled(
    images: FloatArray,
    sizes: tuple[int, int],
    strides: tuple[int, int],
    dilations: tuple[int, int],
    groups: int,
    dtype: np.dtype[np.floating[Any]],
) -> FloatArray:
    """Lay out the windows of images (N, H, W, C) as the columns of matrices.

    Only columns are unrolled: with e the dilation along them,
    ``lines[g, h, b, c, j, n] = images[n, h, j * stride + b * e, channel c of group g]``.
    So what the row i of windows sees begins in line ``i * stride``, and lies together if the rows
    are not dilated.

    Returns
    -------
    (groups, H', rows * columns * C / groups, W' * N) of ``dtype``
        A matrix for each row of windows: a column for each of them, of pixels (a, b, c) in C
        order. A view, in which the matrices share lines, unless rows are dilated.
    """
    planes = np.array(images.transpose(3, 1, 2, 0), dtype, order="C")  # (C, H, W, N)
    channels = len(planes) // groups
    planes = planes.reshape(groups, channels, *planes.shape[1:]).swapaxes(1, 2)
    _, height, _, width, number = planes.shape  # (G, H, C / G, W, N)
    rows, columns = (
        window_count(length, reach(size, dilation), stride)
        for length, size, stride, dilation in zip(
            (height, width), sizes, strides, dilations, strict=True
        )
    )
    lines = np.empty((groups, height, sizes[1], channels, columns, number), dtype)
    for b, pixels in enumerate(shifted(planes, 3, sizes[1], strides[1], dilations[1])):
        lines[:, :, b] = pixels
    group, line, _, pixel, *_ = lines.strides
    windows = as_strided(
        lines,
        (groups, rows, sizes[0], sizes[1] * channels, columns * number),
        (group, strides[0] * line, dilations[0] * line, pixel, lines.itemsize),
        writeable=False,
    )
    return windows.reshape(groups, rows, sizes[0] * sizes[1] * channels, columns * number)
