"""Mistakes with state: what is kept between calls of any operation."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.manners import RIGHT

Array = NDArray[Any]
Function = Callable[..., Any]

#: Operations of which every mistake below is entered, and those with options.
_LAYERS = "conv2d relu max_pool2d min_pool2d avg_pool2d dense softmax cross_entropy"
_WITH_OPTIONS = "conv2d max_pool2d min_pool2d avg_pool2d"


def _key(*arrays: Any, dtypes: bool = True) -> tuple[Any, ...]:
    """Return what an implementation remembers arrays by."""
    given = [np.asarray(array) for array in arrays]
    return tuple((a.tobytes(), a.shape, a.dtype.str if dtypes else "") for a in given)


def _remembers_without_options(right: Function) -> Function:
    remembered: dict[Any, Any] = {}

    def mistaken(*args: Any, **options: Any) -> Any:
        result = right(*args, **options)
        arrays = [value for value in args if isinstance(value, np.ndarray)]
        return np.array(remembered.setdefault(_key(*arrays), result))

    return mistaken


def _remembers_without_dtypes(right: Function) -> Function:
    remembered: dict[Any, Any] = {}

    def mistaken(*args: Any, **options: Any) -> Any:
        result = right(*args, **options)
        key = (_key(*args, dtypes=False), repr(options))
        return np.array(remembered.setdefault(key, result))

    return mistaken


def _keeps_the_first_dtype(right: Function) -> Function:
    """Return a function that copies its first argument into a buffer for each shape."""
    buffers: dict[Any, Array] = {}

    def mistaken(first: Array, *args: Any, **options: Any) -> Any:
        right(first, *args, **options)
        if not np.isfinite(first).all():
            return right(first, *args, **options)
        buffer = buffers.setdefault(first.shape, np.empty_like(first, order="C"))
        with np.errstate(all="ignore"):
            buffer[...] = first.astype(buffer.dtype)
        return right(buffer.astype(first.dtype), *args, **options)

    return mistaken


def _keeps_the_very_first_dtype(right: Function) -> Function:
    """Return a function whose scratch memory has the dtype of the very first call for ever."""
    dtypes: list[Any] = []

    def mistaken(first: Array, *args: Any, **options: Any) -> Any:
        right(first, *args, **options)
        dtypes.append(first.dtype)
        if dtypes[0].itemsize >= first.dtype.itemsize or not np.isfinite(first).all():
            return right(first, *args, **options)
        with np.errstate(all="ignore"):
            return right(first.astype(dtypes[0]).astype(first.dtype), *args, **options)

    return mistaken


def _uses_buffers_in_turn(count: int, right: Function) -> Function:
    buffers: dict[Any, Array] = {}
    calls = 0

    def mistaken(*args: Any, **options: Any) -> Any:
        nonlocal calls
        result = np.asarray(right(*args, **options))
        calls += 1
        key = (result.shape, result.dtype, calls % count)
        buffer = buffers.setdefault(key, np.empty_like(result))
        buffer[...] = result
        return buffer

    return mistaken


def _turns_what_comes_again(right: Function) -> Function:
    """Return a function that keeps its input by content, and reads it wrongly the second time."""
    kept: set[Any] = set()

    def mistaken(first: Array, *args: Any, **options: Any) -> Any:
        result = right(first, *args, **options)
        key = _key(first)
        if key not in kept:
            kept.add(key)
            return result
        turned = np.roll(first, 1, axis=-1)
        return right(turned, *args, **options)

    return mistaken


def _enter(
    name: str,
    operations: str,
    mistake: Callable[[Function], Function],
    explanation: str,
    remedy: str,
    **more: Any,
) -> None:
    for operation in operations.split():
        make = fault(
            f"{operation}-{name}", explanation, remedy, operation=operation, makes=True, **more
        )
        make(partial(mistake, RIGHT[operation]))


_enter(
    "options-not-remembered",
    _WITH_OPTIONS,
    _remembers_without_options,
    "results are remembered by the arrays of a call, without its options",
    "make every option part of what results are remembered by",
)
_enter(
    "dtype-not-remembered",
    _LAYERS.replace(" cross_entropy", ""),
    _remembers_without_dtypes,
    "results are remembered by the bytes and shapes of a call, without the dtypes: 200 is -56 then",
    "make the dtypes part of what results are remembered by",
)
_enter(
    "buffer-keeps-its-dtype",
    _LAYERS,
    _keeps_the_first_dtype,
    "the buffer for inputs of a shape keeps the dtype of the first one: later ones lose precision",
    "make the dtype part of what buffers are kept by",
)
_enter(
    "very-first-dtype-kept",
    "conv2d dense",
    _keeps_the_very_first_dtype,
    "the scratch memory keeps the dtype of the very first call, whatever comes later",
    "ask for the dtype in every call",
)
_enter(
    "three-buffers-in-turn",
    _LAYERS,
    partial(_uses_buffers_in_turn, 3),
    "results are written into three buffers in turn: the fourth call overwrites the first result",
    "return a new array from every call",
)
_enter(
    "sixty-four-buffers-in-turn",
    _LAYERS,
    partial(_uses_buffers_in_turn, 64),
    "results are written into 64 buffers in turn: the 65th call overwrites the first result",
    "return a new array from every call",
    seen="arenas of inference libraries",
)
_enter(
    "wrong-when-it-comes-again",
    _LAYERS,
    _turns_what_comes_again,
    "what was prepared for an input is kept, and read a column further when the same input comes"
    " again",
    "read what is kept as it was written, or keep nothing",
)
