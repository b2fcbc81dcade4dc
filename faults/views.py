"""Mistakes with views: memory that is read in another way than the strides say."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.manners import RIGHT

Array = NDArray[Any]
Function = Callable[..., Any]
Reading = Callable[[Array], Array]


def _as_if_contiguous(array: Array) -> Array:
    return as_strided(array, strides=np.empty(array.shape, array.dtype).strides)


def _by_the_first_axis(array: Array) -> Array:
    """Take an array for contiguous if its first axis steps as far as it then would."""
    strides = np.empty(array.shape, array.dtype).strides
    if array.ndim < 2 or min(array.strides) < 0 or array.strides[0] != strides[0]:
        return array
    return _as_if_contiguous(array)


def _without_repeats(array: Array) -> Array:
    """Take a stride of 0 for one that was not set."""
    repeats = [step == 0 < size - 1 for step, size in zip(array.strides, array.shape, strict=True)]
    return _as_if_contiguous(array) if any(repeats) else array


def _with_rows_apart(array: Array) -> Array:
    """Take no axis to step over less than the axis after it fills."""
    steps = list(array.strides)
    for axis in reversed(range(array.ndim - 1)):
        one, after = steps[axis], steps[axis + 1]
        if 0 < one == after and array.shape[axis] > 1 < array.shape[axis + 1]:
            return _as_if_contiguous(array)
    return array


def _in_whole_elements(array: Array) -> Array:
    """Count strides in elements, and drop what is left over."""
    steps = [step // array.itemsize * array.itemsize for step in array.strides]
    return array if tuple(steps) == array.strides else as_strided(array, strides=steps)


def _from_an_aligned_address(array: Array) -> Array:
    """Begin at the start of memory where the address is no multiple of an element."""
    if not array.flags.c_contiguous or array.base is None or array.flags.aligned:
        return array
    return np.ndarray(array.shape, array.dtype, array.base)


def _integers_in_native_order(array: Array) -> Array:
    """Take the bytes of integers to be in the order of this machine."""
    if array.dtype.kind not in "iu" or array.dtype.isnative:
        return array
    return np.array(array).view(array.dtype.newbyteorder("="))


def _floats_in_native_order(array: Array) -> Array:
    """Take the bytes of floating numbers to be in the order of this machine."""
    if array.dtype.kind != "f" or array.dtype.isnative:
        return array
    return np.array(array).view(array.dtype.newbyteorder("="))


def _misreading(reading: Reading, right: Function) -> Function:
    def read(value: Any) -> Any:
        return reading(value) if isinstance(value, np.ndarray) else value

    def mistaken(*args: Any, **options: Any) -> Any:
        return right(*map(read, args), **{name: read(value) for name, value in options.items()})

    return mistaken


def _enter(name: str, operations: str, reading: Reading, explanation: str, remedy: str) -> None:
    for operation in operations.split():
        make = fault(f"{operation}-{name}", explanation, remedy, operation=operation, makes=True)
        make(partial(_misreading, reading, RIGHT[operation]))


_COPY = "make the array contiguous first: numpy.ascontiguousarray(x)"

_enter(
    "swapped-axes-misread",
    "conv2d relu max_pool2d min_pool2d avg_pool2d dense softmax_layer",
    _by_the_first_axis,
    "an array two of whose axes are swapped is read as if it were contiguous, because its first"
    " axis steps as far as if it were",
    f"ask for the strides of every axis, or {_COPY}",
)
_enter(
    "repeated-memory-misread",
    "conv2d relu max_pool2d avg_pool2d dense softmax cross_entropy",
    _without_repeats,
    "an array that repeats the same memory (numpy.broadcast_to) is read as if each number were"
    " there by itself",
    f"step over 0 bytes where the stride says so, or {_COPY}",
)
_enter(
    "overlapping-windows-misread",
    "conv2d relu max_pool2d dense softmax",
    _with_rows_apart,
    "windows that overlap in memory (sliding_window_view) are read as if they lay one after the"
    " other",
    f"step as far as the strides say, or {_COPY}",
)
_enter(
    "record-fields-misread",
    "conv2d relu max_pool2d min_pool2d avg_pool2d dense softmax cross_entropy",
    _in_whole_elements,
    "the strides of a field of records are divided by the size of a number, and the rest is lost",
    f"count strides in bytes, or {_COPY}",
)
_enter(
    "odd-address-misread",
    "conv2d relu max_pool2d dense softmax cross_entropy network",
    _from_an_aligned_address,
    "numbers at an address that is no multiple of their size are read from the start of the memory",
    "begin where the array begins, or copy it first: numpy.require(x, requirements='A')",
)
_enter(
    "byte-order-of-integers-ignored",
    "conv2d relu max_pool2d min_pool2d avg_pool2d dense softmax cross_entropy",
    _integers_in_native_order,
    "integers whose bytes are in the other order are read as if they were in the machine's",
    "convert to the machine's byte order first: x.astype(x.dtype.newbyteorder('='))",
)
_enter(
    "byte-order-of-floats-ignored",
    "relu max_pool2d dense softmax cross_entropy",
    _floats_in_native_order,
    "floating numbers whose bytes are in the other order are read as if they were in the machine's",
    "convert to the machine's byte order first: x.astype(x.dtype.newbyteorder('='))",
)


def _misreading_bias(reading: Reading, right: Function, place: int) -> Function:
    def mistaken(*args: Any, **options: Any) -> Any:
        given = list(args)
        if len(given) > place and given[place] is not None:
            given[place] = reading(given[place])
        if options.get("bias") is not None:
            options["bias"] = reading(options["bias"])
        return right(*given, **options)

    return mistaken


def _first_ones(array: Array) -> Array:
    """Read numbers one after the other, from where they begin, whatever the stride is."""
    return as_strided(array, strides=(array.itemsize,)) if array.strides[0] >= 0 else array


for _operation in ("conv2d", "dense"):
    fault(
        f"{_operation}-bias-stride-ignored",
        "the numbers of the bias are read one after the other, whatever its stride is",
        f"step as far as the stride says, or {_COPY}",
        operation=_operation,
        makes=True,
    )(partial(_misreading_bias, _first_ones, RIGHT[_operation], 2))
