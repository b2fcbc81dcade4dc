"""The pooling layers: maximum, minimum and average."""

from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.reference.arguments import FloatArray, as_floats, as_pair, sum_dtype
from cnnspec.reference.errors import (
    DilationError,
    PaddingError,
    ShapeError,
    StrideError,
    WindowSizeError,
    WindowTooLargeError,
)
from cnnspec.reference.windows import reach, shifted

__all__ = ["avg_pool2d", "max_pool2d", "min_pool2d"]

#: A number for both axes, or one for the rows and one for the columns.
IntOrPair = int | tuple[int, int]


def max_pool2d(
    maps: ArrayLike,
    size: IntOrPair = 2,
    stride: IntOrPair | None = None,
    *,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
) -> FloatArray:
    """Return the largest element of every window of every map.

    Every option is a number for both axes or a pair, for the rows and for the columns.

    Parameters
    ----------
    maps : (H, W, K) or (N, H, W, K)
    size : int or (int, int)
        How many rows and columns a window takes.
    stride : int or (int, int), optional
        Rows and columns from one window to the next; ``None`` means ``size``.
    padding : int or (int, int)
        Rows above and below, and columns left and right, that windows reach into beside the map:
        at most half of the size. Nothing stands there, so the padding never wins.
    dilation : int or (int, int)
        Rows and columns from one element of a window to the next.
    ceil_mode : bool
        Whether a window is kept that the end of the padded map cuts off. It must start on the map
        or in the padding before it.

    Returns
    -------
    (H', W', K) or (N, H', W', K)
        H' = (H + 2 padding - dilation (size - 1) - 1) // stride + 1: windows that would leave the
        padded map are dropped. With ``ceil_mode`` that quotient is rounded up, and H' is one less
        where the last window would start behind the map. A window that holds NaN gives NaN.

    Raises
    ------
    WindowTooLargeError
        If no window fits, or one would hold no element of the map.
    WindowSizeError, StrideError, PaddingError, DilationError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 1, "Max Pooling Layer"; article 2, "Pooling". Padding, dilation and
    ``ceil_mode`` are those of common frameworks.
    """
    maps, along = checked(maps, size, stride, padding, dilation, ceil_mode)
    return _pool(np.maximum, maps, along, outside=-np.inf)


def min_pool2d(
    maps: ArrayLike,
    size: IntOrPair = 2,
    stride: IntOrPair | None = None,
    *,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
) -> FloatArray:
    """Return the smallest element of every window of every map.

    Shapes, options, errors and source are those of `max_pool2d`.
    """
    maps, along = checked(maps, size, stride, padding, dilation, ceil_mode)
    return _pool(np.minimum, maps, along, outside=np.inf)


def avg_pool2d(
    maps: ArrayLike,
    size: IntOrPair = 2,
    stride: IntOrPair | None = None,
    *,
    padding: IntOrPair = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> FloatArray:
    """Return the mean of every window of every map.

    Shapes, options, errors and source are those of `max_pool2d`; there is no dilation.

    Parameters
    ----------
    count_include_pad : bool
        Whether the zeros of the padding take part in a mean. Where a window is cut off, nothing
        beyond the padding does.
    """
    maps, along = checked(maps, size, stride, padding, 1, ceil_mode)
    totals = _pool(np.add, maps.astype(sum_dtype(maps)), along, outside=0.0)
    return (totals / areas(along, totals.dtype, count_include_pad)).astype(maps.dtype)


class Windows(NamedTuple):
    """The windows along one axis of the maps."""

    length: int
    size: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    @property
    def reach(self) -> int:
        """How much of the axis a window takes, from its first element to its last."""
        return reach(self.size, self.dilation)

    @property
    def number(self) -> int:
        """How many windows there are; 0 or less if none fits."""
        room = self.length + 2 * self.padding - self.reach
        if not self.ceil_mode:
            return room // self.stride + 1
        count = -(-room // self.stride) + 1
        return count - 1 if (count - 1) * self.stride >= self.length + self.padding else count

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where they start, counted from the first element of the map."""
        return np.arange(self.number) * self.stride - self.padding

    @property
    def behind(self) -> int:
        """How far the last window reaches behind the map."""
        last = (self.number - 1) * self.stride
        return max(last + self.reach - self.padding - self.length, 0)

    @property
    def spots(self) -> NDArray[np.int64]:
        """The places of each window, (windows, size), also beside the map."""
        return self.starts[:, np.newaxis] + np.arange(self.size) * self.dilation

    @property
    def is_any_empty(self) -> bool:
        """Whether a window steps over the whole map, from the padding before it."""
        if self.length >= self.dilation:
            return False
        before = self.starts[self.starts < 0]
        return bool(np.any(before % self.dilation >= self.length))

    def lengths(self, *, with_padding: bool) -> NDArray[np.int64]:
        """Return how much of each window lies on the map, or on the padded map."""
        padding = self.padding if with_padding else 0
        ends = np.minimum(self.starts + self.size, self.length + padding)
        return ends - np.maximum(self.starts, -padding)

    def places(self, maps: FloatArray, axis: int, outside: float) -> Iterator[FloatArray]:
        """Return, for each place in a window, what stands there in every window."""
        wide = _bordered(maps, axis, self.padding, self.behind, outside)
        return shifted(wide, axis, self.size, self.stride, self.dilation)


def areas(
    along: tuple[Windows, Windows],
    dtype: np.dtype[np.floating[Any]],
    with_padding: bool,
) -> FloatArray | int:
    """Return the number of elements in each window, (H', W', 1), or the one that all have."""
    rows, columns = along
    if not any(windows.ceil_mode or windows.padding for windows in along):
        return rows.size * columns.size
    lengths = (windows.lengths(with_padding=with_padding) for windows in along)
    return np.multiply.outer(*lengths)[..., np.newaxis].astype(dtype)


def _bordered(maps: FloatArray, axis: int, before: int, behind: int, outside: float) -> FloatArray:
    """Return maps with so many rows or columns of a number before and behind them."""
    if not before and not behind:
        return maps
    shape, end = list(maps.shape), before + maps.shape[axis]
    shape[axis] = end + behind
    wide = np.empty(shape, maps.dtype)
    lines = wide.swapaxes(0, axis)
    lines[:before] = lines[end:] = outside
    lines[before:end] = maps.swapaxes(0, axis)
    return wide


def _pool(
    combine: np.ufunc, maps: FloatArray, along: tuple[Windows, Windows], outside: float
) -> FloatArray:
    """Combine the rows of every window, then what is left of its columns."""
    pooled = maps
    for axis, windows in zip((-3, -2), along, strict=True):
        pooled = reduce(combine, windows.places(pooled, axis, outside))
    return np.array(pooled)  # windows of 1x1 would be a view


def checked(
    maps: ArrayLike,
    size: IntOrPair,
    stride: IntOrPair | None,
    padding: IntOrPair,
    dilation: IntOrPair,
    ceil_mode: bool,
) -> tuple[FloatArray, tuple[Windows, Windows]]:
    """Return the maps as floats, and the windows along their rows and columns."""
    maps = as_floats("maps", maps, may_be_empty=(0,) if np.ndim(maps) == 4 else ())
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    sizes = as_pair("size", size, 1, WindowSizeError)
    strides = sizes if stride is None else as_pair("stride", stride, 1, StrideError)
    paddings = as_pair("padding", padding, 0, PaddingError)
    dilations = as_pair("dilation", dilation, 1, DilationError)
    if 2 * paddings[0] > sizes[0] or 2 * paddings[1] > sizes[1]:
        raise PaddingError(
            f"padding must be at most half of the size {size}, got {padding}: a window of nothing"
            " but padding has no element"
        )
    rows, columns = maps.shape[-3:-1]
    first = Windows(rows, sizes[0], strides[0], paddings[0], dilations[0], ceil_mode)
    second = Windows(columns, sizes[1], strides[1], paddings[1], dilations[1], ceil_mode)
    if first.number < 1 or second.number < 1:
        padded = f", padded by {padding}" if any(paddings) else ""
        raise WindowTooLargeError(
            f"windows of {first.reach}x{second.reach} do not fit into maps of {rows}x{columns}"
            + padded
        )
    if first.is_any_empty or second.is_any_empty:
        raise WindowTooLargeError(
            f"a dilation of {dilation} steps over maps of {rows}x{columns}: a window has no element"
        )
    return maps, (first, second)
