"""The pooling layers: maximum, minimum and average."""

import operator
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, as_stride, sum_dtype
from cnnspec.reference.errors import ShapeError, WindowSizeError, WindowTooLargeError
from cnnspec.reference.windows import shifted

__all__ = ["avg_pool2d", "max_pool2d", "min_pool2d"]


def max_pool2d(maps: ArrayLike, size: int = 2, stride: int | None = None) -> FloatArray:
    """Return the largest element of every window of every map.

    Parameters
    ----------
    maps : (H, W, K) or (N, H, W, K)
    size : int
        Rows and columns of a window.
    stride : int, optional
        Rows and columns from one window to the next; ``None`` means ``size``.

    Returns
    -------
    (H', W', K) or (N, H', W', K)
        H' = (H - size) // stride + 1: windows that would leave the map are dropped.
        A window that holds NaN gives NaN.

    Raises
    ------
    WindowTooLargeError, WindowSizeError, StrideError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 1, "Max Pooling Layer"; article 2, "Pooling".
    """
    return _pool(np.maximum, *_checked(maps, size, stride))


def min_pool2d(maps: ArrayLike, size: int = 2, stride: int | None = None) -> FloatArray:
    """Return the smallest element of every window of every map.

    Shapes, errors and source are those of `max_pool2d`.
    """
    return _pool(np.minimum, *_checked(maps, size, stride))


def avg_pool2d(maps: ArrayLike, size: int = 2, stride: int | None = None) -> FloatArray:
    """Return the mean of every window of every map.

    Shapes, errors and source are those of `max_pool2d`.
    """
    maps, size, stride = _checked(maps, size, stride)
    totals = _pool(np.add, maps.astype(sum_dtype(maps)), size, stride)
    return (totals / size**2).astype(maps.dtype)


def _pool(combine: np.ufunc, maps: FloatArray, size: int, stride: int) -> FloatArray:
    """Combine the rows of every window, then what is left of its columns."""
    pooled = maps
    for axis in (-3, -2):
        pooled = reduce(combine, shifted(pooled, axis, size, stride))
    return np.array(pooled)  # windows of 1x1 would be a view


def _checked(maps: ArrayLike, size: int, stride: int | None) -> tuple[FloatArray, int, int]:
    maps = as_floats("maps", maps, may_be_empty=(0,) if np.ndim(maps) == 4 else ())
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    size = operator.index(size)
    if size < 1:
        raise WindowSizeError(f"size must be at least 1, got {size}")
    stride = size if stride is None else as_stride(stride)
    rows, columns = maps.shape[-3:-1]
    if size > rows or size > columns:
        raise WindowTooLargeError(
            f"windows of {size}x{size} do not fit into maps of {rows}x{columns}"
        )
    return maps, size, stride
