"""Reading arguments: numbers become floating-point arrays, and everything else is refused."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.reference.errors import EmptyAxisError, ShapeError, StrideError

FloatArray = NDArray[np.floating[Any]]


def as_floats(name: str, values: ArrayLike, *, may_be_empty: tuple[int, ...] = ()) -> FloatArray:
    """Return ``values`` as a floating-point array.

    Floats keep their precision. Integers and booleans become float64, so that nothing wraps
    around. The axes listed in ``may_be_empty`` may have length 0.

    Raises
    ------
    TypeError
        If ``values`` holds anything but real numbers.
    EmptyAxisError
        If another axis has length 0.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iub":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must hold real numbers, got an array of dtype {array.dtype}")
    if any(size == 0 and axis not in may_be_empty for axis, size in enumerate(array.shape)):
        raise EmptyAxisError(f"{name} has an axis of length 0: its shape is {array.shape}")
    return array


def as_gradient(grad: ArrayLike, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return ``grad`` and ``x`` as floating-point arrays of one shape, any axis of length 0.

    Raises
    ------
    TypeError
        If one of them holds anything but real numbers.
    ShapeError
        If their shapes differ.
    """
    grad = as_floats("grad", grad, may_be_empty=tuple(range(np.ndim(grad))))
    x = as_floats("x", x, may_be_empty=tuple(range(np.ndim(x))))
    if grad.shape != x.shape:
        raise ShapeError(f"grad must have the shape {x.shape} of x, got {grad.shape}")
    return grad, x


def as_stride(stride: int) -> int:
    """Return ``stride`` as an integer of at least 1.

    Raises
    ------
    TypeError
        If it is not an integer.
    StrideError
        If it is below 1.
    """
    stride = operator.index(stride)
    if stride < 1:
        raise StrideError(f"stride must be at least 1, got {stride}")
    return stride


def as_pair(
    name: str, value: int | Sequence[int], least: int, error: type[ValueError]
) -> tuple[int, int]:
    """Return ``value``, which is for rows and columns alike or a pair of both, as a pair.

    Raises
    ------
    TypeError
        If it is neither an integer nor a pair of integers.
    error
        If one of them is below ``least``.
    """
    pair = value if isinstance(value, Sequence) else (value, value)
    if len(pair) != 2:
        raise TypeError(
            f"{name} must be a whole number, or one for rows and columns each: {value!r}"
        )
    rows, columns = map(operator.index, pair)
    if rows < least or columns < least:
        raise error(f"{name} must be at least {least}, got {value!r}")
    return rows, columns


def sum_dtype(*arrays: FloatArray) -> np.dtype[np.floating[Any]]:
    """Return the dtype for sums over ``arrays``: their own, but at least float32.

    Sums of float16 are accumulated in float32, so that the result is rounded to float16 once.
    """
    return np.result_type(*arrays, np.float32)
