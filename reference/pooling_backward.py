"""The gradients of the pooling layers: maximum, minimum and average."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.pooling import IntOrPair, Windows, areas, checked
from cnnspec.reference.windows import shifted

__all__ = ["avg_pool2d_backward", "max_pool2d_backward", "min_pool2d_backward"]


def max_pool2d_backward(
    grad: ArrayLike,
    maps: ArrayLike,
    size: IntOrPair = 2,
    stride: IntOrPair | None = None,
    *,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
) -> FloatArray:
    """Return the gradient of a loss to the maps of which the largest elements were taken.

    The number that comes in for a window goes to its largest element, and is added to what other
    windows send there. Of several that are equal it is the first, row by row; of several NaNs, too.

    Parameters
    ----------
    grad : (H', W', K) or (N, H', W', K)
        The gradient of the loss to what `max_pool2d` returned.
    maps : (H, W, K) or (N, H, W, K)
        As `max_pool2d` was given them, and all options likewise.

    Returns
    -------
    The shape of the maps
        0 at every element that is the largest of no window.

    Raises
    ------
    ShapeError
        If grad has not the shape of the result.
    WindowTooLargeError, WindowSizeError, StrideError, PaddingError, DilationError, EmptyAxisError,
    TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the chain rule on article 1, "Max Pooling Layer". Which of equal elements gets the
    gradient no rule says: the first does in common frameworks.
    """
    grad, maps, along = _read(grad, maps, size, stride, padding, dilation, ceil_mode)
    return _to_chosen(np.argmax, grad, maps, along, outside=-np.inf)


def min_pool2d_backward(
    grad: ArrayLike,
    maps: ArrayLike,
    size: IntOrPair = 2,
    stride: IntOrPair | None = None,
    *,
    padding: IntOrPair = 0,
    dilation: IntOrPair = 1,
    ceil_mode: bool = False,
) -> FloatArray:
    """Return the gradient of a loss to the maps of which the smallest elements were taken.

    Shapes, options, errors and source are those of `max_pool2d_backward`.
    """
    grad, maps, along = _read(grad, maps, size, stride, padding, dilation, ceil_mode)
    return _to_chosen(np.argmin, grad, maps, along, outside=np.inf)


def avg_pool2d_backward(
    grad: ArrayLike,
    maps: ArrayLike,
    size: IntOrPair = 2,
    stride: IntOrPair | None = None,
    *,
    padding: IntOrPair = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> FloatArray:
    """Return the gradient of a loss to the maps whose windows were averaged.

    The number that comes in for a window is divided by what its sum was divided by, and goes to
    every element of the window. Shapes, options and errors are those of `max_pool2d_backward` and
    `avg_pool2d`.
    """
    grad, maps, along = _read(grad, maps, size, stride, padding, 1, ceil_mode)
    wide = sum_dtype(grad, maps)
    shares = grad.astype(wide) / areas(along, wide, count_include_pad)
    before = [windows.padding for windows in along]
    padded = [n + windows.behind for n, windows in zip(before, along, strict=True)]
    sides = [n + windows.length for n, windows in zip(padded, along, strict=True)]
    found = np.zeros((*maps.shape[:-3], *sides, maps.shape[-1]), wide)
    rows, columns = along
    for of_row in shifted(found, -3, rows.size, rows.stride):
        for place in shifted(of_row, -2, columns.size, columns.stride):
            np.add(place, shares, out=place)  # a view of found
    inside = (slice(n, n + windows.length) for n, windows in zip(before, along, strict=True))
    found = found[(..., *inside, slice(None))]
    return np.array(found, np.result_type(grad, maps), order="C")


def _to_chosen(
    choose: Callable[..., Any],
    grad: FloatArray,
    maps: FloatArray,
    along: tuple[Windows, Windows],
    outside: float,
) -> FloatArray:
    """Add each number of grad to the element that is chosen in its window."""
    rows, columns = (windows.spots for windows in along)  # (H', f) and (W', g)
    images = maps if maps.ndim == 4 else maps[np.newaxis]
    down, right = np.broadcast_arrays(rows[:, None, :, None], columns[:, None, :])
    inside = (down >= 0) & (down < images.shape[1]) & (right >= 0) & (right < images.shape[2])
    seen = images[:, down % images.shape[1], right % images.shape[2]]  # (N, H', W', f, g, K)
    seen = np.where(inside[..., np.newaxis], seen, np.asarray(outside, maps.dtype))
    count = inside.shape[2] * inside.shape[3]
    inside = inside.reshape(*inside.shape[:2], count, 1)
    chosen = choose(seen.reshape(*seen.shape[:3], count, seen.shape[5]), axis=3)  # (N, H', W', K)
    # What lies beside the maps is never chosen, not even among nothing but infinities.
    is_beside = ~np.take_along_axis(inside[np.newaxis], chosen[..., np.newaxis, :], 3)[..., 0, :]
    chosen = np.where(is_beside, inside.argmax(axis=2), chosen)

    a, b = np.divmod(chosen, seen.shape[4])
    image, i, j, k = np.indices(chosen.shape)
    found = np.zeros(images.shape, sum_dtype(grad, maps))
    np.add.at(found, (image, rows[i, a], columns[j, b], k), grad.reshape(chosen.shape))
    return found.reshape(maps.shape).astype(np.result_type(grad, maps), copy=False)


def _read(
    grad: ArrayLike,
    maps: ArrayLike,
    size: IntOrPair,
    stride: IntOrPair | None,
    padding: IntOrPair,
    dilation: IntOrPair,
    ceil_mode: bool,
) -> tuple[FloatArray, FloatArray, tuple[Windows, Windows]]:
    """Return grad and the maps as floats, and the windows along their rows and columns."""
    maps, along = checked(maps, size, stride, padding, dilation, ceil_mode)
    grad = as_floats("grad", grad, may_be_empty=(0,) if np.ndim(grad) == 4 else ())
    due = (*maps.shape[:-3], *(windows.number for windows in along), maps.shape[-1])
    if grad.shape != due:
        raise ShapeError(f"grad must have the shape of the pooled maps {due}, got {grad.shape}")
    return grad, maps, along
