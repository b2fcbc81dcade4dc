"""What calls should not do besides: the numbers are right, and a caller would not expect it."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.faults.manners import RIGHT
from cnnspec.reference import conv2d, dense

Array = NDArray[Any]
Function = Callable[..., Any]


def _shares_scratch_memory(right: Function) -> Function:
    scratch: dict[Any, Array] = {}

    def mistaken(first: Array, *args: Any, **options: Any) -> Any:
        key = (first.shape, first.dtype)
        buffer = scratch.setdefault(key, np.empty(first.shape, first.dtype))
        buffer[...] = first
        result = right(buffer, *args, **options)
        return np.array(result)

    return mistaken


def _seeds(right: Function) -> Function:
    def mistaken(*args: Any, **options: Any) -> Any:
        np.random.seed(0)  # noqa: NPY002 - the mistake
        return right(*args, **options)

    return mistaken


def _leaves_errors_raised(right: Function) -> Function:
    def mistaken(*args: Any, **options: Any) -> Any:
        result = right(*args, **options)
        np.seterr(divide="raise")
        return result

    return mistaken


def _leaves_a_variable(right: Function) -> Function:
    calls = 0

    def mistaken(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        os.environ["CNN_CALLS"] = str(calls)
        return right(*args, **options)

    return mistaken


def _keeps_arguments(right: Function) -> Function:
    kept: list[Any] = []

    def mistaken(*args: Any, **options: Any) -> Any:
        kept.append(args)
        return right(*args, **options)

    return mistaken


def _returns_the_argument(right: Function) -> Function:
    def mistaken(first: Array, *args: Any, **options: Any) -> Any:
        result = right(first, *args, **options)
        return first if np.array_equal(first, result) else result

    return mistaken


def _enter(
    name: str,
    operations: str,
    mistake: Callable[[Function], Function],
    explanation: str,
    remedy: str,
) -> None:
    for operation in operations.split():
        make = fault(
            f"{operation}-{name}",
            explanation,
            remedy,
            operation=operation,
            effect=ADVISED,
            makes=True,
        )
        make(partial(mistake, RIGHT[operation]))


_enter(
    "scratch-shared-by-threads",
    "conv2d relu max_pool2d min_pool2d avg_pool2d dense softmax cross_entropy",
    _shares_scratch_memory,
    "two threads meet in one scratch buffer: one computes with what the other has written there",
    "allocate it in the call, or keep one for each thread: threading.local()",
)
_enter(
    "generator-seeded",
    "conv2d dense",
    _seeds,
    "a call seeds the global random generator (numpy.random): whoever draws from it gets the same"
    " numbers",
    "draw from a generator of your own: numpy.random.default_rng(0)",
)
_enter(
    "error-state-left",
    "softmax cross_entropy",
    _leaves_errors_raised,
    "a call changes what divisions by 0 and overflows do, and leaves it so (numpy.seterr)",
    "change it within the call only: with numpy.errstate(divide='raise'): ...",
)
_enter(
    "environment-left",
    "relu max_pool2d",
    _leaves_a_variable,
    "a call changes the environment of the process, and leaves it changed",
    "pass it as an argument",
)
_enter(
    "arguments-kept-for-ever",
    "conv2d relu dense softmax",
    _keeps_arguments,
    "every argument is kept for ever: memory grows with each call",
    "keep what is needed for the backward pass of the latest call, or let the caller keep it",
)
_enter(
    "argument-returned",
    "relu max_pool2d min_pool2d avg_pool2d",
    _returns_the_argument,
    "where nothing changes the argument itself is returned: what is written into the result is"
    " written into the argument",
    "return a copy: x.copy()",
)

_ANOTHER_ORDER = "sums are taken in another order in every call, as atomic additions do"
_FIXED = "sum in a fixed order, if the same bits are wanted again"


def _another_order(operation: str) -> Callable[[Callable[[], Function]], Any]:
    return fault(
        f"{operation}-sums-in-another-order",
        _ANOTHER_ORDER,
        _FIXED,
        effect=ADVISED,
        makes=True,
        seen="atomic additions on graphics processors",
    )


@_another_order("conv2d")
def conv2d_in_another_order() -> Function:
    calls = 0

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        nonlocal calls
        maps = conv2d(image, filters, *args, **options)
        calls += 1
        is_grouped = options.get("groups", 1) != 1
        if filters.ndim < 4 or is_grouped or image.dtype.kind != "f" or not filters.shape[3]:
            return maps
        order = np.roll(np.arange(filters.shape[3]), calls)
        image, filters = image[..., order], filters[..., order]
        return conv2d(image, filters, *args, **options)

    return convolve


@_another_order("dense")
def dense_in_another_order() -> Function:
    calls = 0

    def layer(x: Array, weights: Array, bias: Array) -> Array:
        nonlocal calls
        result = dense(x, weights, bias)
        calls += 1
        if x.dtype.kind != "f":
            return result
        order = np.roll(np.arange(x.size), 7 * calls)
        return dense(np.ravel(x)[order], weights[order], bias)

    return layer
