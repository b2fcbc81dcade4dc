"""Mistakes in the gradient of flattening."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.flatten_backward import flatten_backward

Array = NDArray[Any]


def _enter(
    name: str, explanation: str, remedy: str, change: Callable[[Array, tuple[int, ...]], Any]
) -> None:
    """Enter what makes maps of a shape (N, H, W, K) otherwise of rows (N, numbers)."""

    def backward(grad: Array, maps: Array) -> Array:
        found = flatten_backward(grad, maps)
        is_batch = maps.ndim == 4
        rows = np.asarray(grad) if is_batch else np.asarray(grad)[np.newaxis]
        laid = np.asarray(change(rows, maps.shape if is_batch else (1, *maps.shape)))
        return np.array(laid if is_batch else laid[0], found.dtype)

    fault(f"flatten_backward-{name}", explanation, remedy)(backward)


_IN_ORDER = "give the gradient the shape of maps in C order: grad.reshape(maps.shape)"

_enter(
    "in-fortran-order",
    "the vector is laid out in Fortran order: the first axis runs fastest",
    _IN_ORDER,
    lambda rows, shape: np.stack([row.reshape(shape[1:], order="F") for row in rows]),
)
_enter(
    "map-by-map",
    "the vector is laid out map by map (channels first)",
    _IN_ORDER,
    lambda rows, shape: np.moveaxis(rows.reshape(shape[0], shape[3], *shape[1:3]), 1, 3),
)
_enter(
    "shape-of-channels-first",
    "the vector is laid out map by map (channels first), and left in that shape",
    _IN_ORDER,
    lambda rows, shape: rows.reshape(shape[0], shape[3], *shape[1:3]),
)
_enter(
    "rows-and-columns-swapped",
    "rows and columns are swapped",
    _IN_ORDER,
    lambda rows, shape: rows.reshape(shape[0], shape[2], shape[1], shape[3]).swapaxes(1, 2),
)
_enter(
    "left-flat",
    "the result is left flat: it has not the shape of maps",
    _IN_ORDER,
    lambda rows, _shape: rows,
)
_enter(
    "in-reverse",
    "the vector is laid out in reverse order",
    _IN_ORDER,
    lambda rows, shape: rows[:, ::-1].reshape(shape),
)
_enter(
    "batch-in-fortran-order",
    "a batch is read in Fortran order",
    "treat every image by itself: grad.reshape(maps.shape)",
    lambda rows, shape: rows.reshape(shape, order="F") if shape[0] > 1 else rows.reshape(shape),
)
_enter(
    "of-the-first-image",
    "every image gets the gradient of the first",
    "treat every image by itself: grad.reshape(maps.shape)",
    lambda rows, shape: (rows[:1] + 0 * rows).reshape(shape),
)
_enter(
    "columns-are-images",
    "an image is read from a column of the batch, not from a row",
    "grad is (N, numbers): the first axis counts images",
    lambda rows, shape: rows.T.reshape(shape),
)
_enter(
    "negative-to-zero",
    "negative numbers that come in are set to zero, as by a ReLU",
    "hand on what comes in as it is",
    lambda rows, shape: np.maximum(rows, 0).reshape(shape),
)
_enter(
    "opposite-sign",
    "the gradient has the opposite sign",
    "return the gradient itself; the update subtracts it",
    lambda rows, shape: -rows.reshape(shape),
)
_enter(
    "in-float32",
    "the numbers are rounded to float32",
    "keep the precision of grad",
    lambda rows, shape: rows.astype(np.float32).reshape(shape),
)
_enter(
    "nan-cleared",
    "NaN and infinities that come in are taken for 0",
    "hand on what comes in as it is",
    lambda rows, shape: np.nan_to_num(rows, posinf=0.0, neginf=0.0).reshape(shape),
)


def _without_remainder(rows: Array, shape: tuple[int, ...]) -> Array:
    found = rows.copy()
    found[:, rows.shape[1] // 4 * 4 :] = 0
    return found.reshape(shape)


_enter(
    "remainder-lost",
    "numbers beyond the last full block of 4 are lost",
    "copy what is left over behind the last full block, too",
    _without_remainder,
)
