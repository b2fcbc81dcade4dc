"""Mistakes that every operation can make: with memory, with its arguments, in refusing."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.faults.catalogue import ADVISED, FAILS, fault
from cnnspec.faults.network import network
from cnnspec.faults.train_step import train_step

Array = NDArray[Any]
Function = Callable[..., Any]


def softmax_layer(x: Array, weights: Array, bias: Array) -> Array:
    """Apply dense and softmax, as article 2's layer does."""
    return reference.softmax(reference.dense(x, weights, bias))


#: The operations that are told first, in this order.
_FIRST = (
    *("conv2d", "relu", "max_pool2d", "min_pool2d", "avg_pool2d"),
    *("dense", "softmax", "cross_entropy"),
)

#: The operations of each number by itself, which refuse no shape.
_OF_ELEMENTS = ("relu", "leaky_relu", "sigmoid", "tanh")


def _returns_several(name: str) -> bool:
    """Return whether a function returns several arrays, and is no operation by itself."""
    stem = name.removesuffix("_backward")
    return stem != name and any(one.startswith(f"{stem}_grad_") for one in reference.__all__)


#: The right functions by the operations that they are.
RIGHT: dict[str, Function] = {
    **{
        name: getattr(reference, name)
        for name in dict.fromkeys((*_FIRST, *reference.__all__))
        if name.islower() and not _returns_several(name)
    },
    "softmax_layer": softmax_layer,
    "network": network,
    "train_step": train_step,
}

#: Several layers in a row, whose mistakes with memory and dtypes are those of the layers. The
#: parameters that a step returns may be those that it was given, written into.
_WHOLES = ("network", "train_step")


def _changes_arguments(right: Function) -> Function:
    def mistaken(first: Array, *args: Any, **options: Any) -> Any:
        result = right(first, *args, **options)
        if first.dtype.kind == "f" and first.flags.writeable:
            first *= 0.5
        return result

    return mistaken


def _drifts(right: Function) -> Function:
    calls = 0

    def mistaken(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        result = right(*args, **options)
        parts = result if isinstance(result, tuple) else (result,)
        drifted = tuple(part * (1 + calls) for part in parts)
        return drifted if isinstance(result, tuple) else drifted[0]

    return mistaken


def _reuses_buffer(right: Function) -> Function:
    buffers: dict[Any, Array] = {}

    def stored(result: Any) -> Array:
        array = np.asarray(result)
        buffer = buffers.setdefault((array.shape, array.dtype), np.empty_like(array))
        buffer[...] = array
        return buffer

    def mistaken(*args: Any, **options: Any) -> Any:
        result = right(*args, **options)
        if isinstance(result, tuple):
            return (stored(result[0]), *result[1:])
        return stored(result)

    return mistaken


def _hands_out_what_it_remembers(right: Function) -> Function:
    remembered: dict[Any, Any] = {}

    def mistaken(*args: Any, **options: Any) -> Any:
        given = [(a.tobytes(), a.shape, a.dtype.str) for a in map(np.asarray, args)]
        return remembered.setdefault(repr((given, options)), right(*args, **options))

    return mistaken


def _misread(array: Any) -> Any:
    """Read an array's memory from its start, as if it were contiguous."""
    if not isinstance(array, np.ndarray) or array.flags.c_contiguous:
        return array
    memory = array if array.base is None else np.asarray(array.base)
    return memory.ravel(order="K")[: array.size].reshape(array.shape)


def _last_axis_alone(array: Any) -> Any:
    """Take an array whose last axis is contiguous to be contiguous as a whole."""
    if not isinstance(array, np.ndarray) or not array.size or array.ndim < 2:
        return array
    if array.strides[-1] != array.itemsize or min(array.strides) < 0:
        return array
    return as_strided(array, strides=np.empty(array.shape, array.dtype).strides)


def _misreads_slices(right: Function) -> Function:
    return lambda *args, **options: right(*map(_last_axis_alone, args), **options)


def _crashes_in_float32(right: Function) -> Function:
    def mistaken(first: Any, *args: Any, **options: Any) -> Any:
        if np.asarray(first).dtype == np.float32:
            buffer = np.zeros(1, np.float32)
            buffer[np.float32(0)] = 1  # type: ignore[index] # a float is no index: that is the accident
        return right(first, *args, **options)

    return mistaken


def _crashes_in_batches(right: Function) -> Function:
    def mistaken(first: Any, *args: Any, **options: Any) -> Any:
        if np.ndim(first) == 4:
            return np.stack([right(image, args, **options) for image in first.images])
        return right(first, *args, **options)

    return mistaken


def _crashes_on_bytes(right: Function) -> Function:
    def mistaken(first: Any, *args: Any, **options: Any) -> Any:
        result = right(first, *args, **options)
        if np.asarray(first).dtype == np.uint8 and len(options) > 0:
            result = np.zeros(result.shape, np.uint8)
            result += np.full(result.shape, 0.5)  # NumPy adds no fractions to bytes in place
        return result

    return mistaken


def _joins_batches(right: Function) -> Function:
    def mistaken(*args: Any, **options: Any) -> Any:
        maps = right(*args, **options)
        return maps.reshape(-1, *maps.shape[2:]) if maps.ndim == 4 else maps

    return mistaken


def _misreads_layout(right: Function) -> Function:
    return lambda *args, **options: right(*map(_misread, args), **options)


def _refuses_reversed(right: Function) -> Function:
    def mistaken(*args: Any, **options: Any) -> Any:
        arrays = [arg for arg in args if isinstance(arg, np.ndarray)]
        if any(stride < 0 for array in arrays for stride in array.strides):
            raise ValueError("negative strides are not supported")
        return right(*args, **options)

    return mistaken


def _exits(right: Function) -> Function:
    def mistaken(*args: Any, **options: Any) -> Any:
        try:
            return right(*args, **options)
        except ValueError as error:
            print(f"Error: {error}")
            sys.exit()

    return mistaken


def _unsettled_by_refusals(right: Function) -> Function:
    unsettled = False

    def mistaken(*args: Any, **options: Any) -> Any:
        nonlocal unsettled
        before, unsettled = unsettled, True  # cleared below, unless an exception comes first
        result = right(*args, **options)
        unsettled = False
        return result + 1 if before else result

    return mistaken


def _first_call_zero(right: Function) -> Function:
    prepared = False

    def mistaken(*args: Any, **options: Any) -> Any:
        nonlocal prepared
        result = right(*args, **options)
        before, prepared = prepared, True
        return result if before else result * 0

    return mistaken


def _enter(operation: str, right: Function) -> None:
    def enter(
        name: str,
        explanation: str,
        remedy: str,
        mistake: Callable[[Function], Function],
        **more: Any,
    ) -> None:
        make = fault(
            f"{operation}-{name}", explanation, remedy, operation=operation, makes=True, **more
        )
        make(lambda: mistake(right))

    enter(
        "arguments-changed",
        "the caller's first argument is changed",
        "work on a copy: x = x * 2, never x *= 2",
        _changes_arguments,
    )
    enter(
        "answers-drift",
        "the answer depends on how often the function was called",
        "keep nothing from one call to the next",
        _drifts,
    )
    if operation != "train_step":
        enter(
            "buffer-reused",
            "every result of one shape is the same array, overwritten by the next call",
            "return a new array from every call",
            _reuses_buffer,
        )
    if operation not in ("cross_entropy", "train_step"):
        enter(
            "remembered-result-handed-out",
            "results are remembered, and handed out without a copy: what the caller writes into one"
            " is the next answer",
            "return a copy of what is remembered",
            _hands_out_what_it_remembers,
        )
    enter(
        "layout-misread",
        "the memory of an argument is read as if it were contiguous, whatever its layout is",
        "make the array contiguous first: numpy.ascontiguousarray(x)",
        _misreads_layout,
    )
    if operation not in ("cross_entropy", "cross_entropy_backward", *_WHOLES):
        enter(
            "slice-misread",
            "a slice of a larger array is read as if it were contiguous, because its last axis is",
            "ask for the strides of every axis, or make the array contiguous first:"
            " numpy.ascontiguousarray(x)",
            _misreads_slices,
        )
    if operation not in (*_WHOLES, "cross_entropy", "softmax_layer"):
        enter(
            "float32-crashes",
            "arrays of float32 end in an accident, not in an answer",
            "run the code on float32 too, or refuse that dtype on purpose",
            _crashes_in_float32,
        )
    if operation in ("conv2d", "max_pool2d", "min_pool2d", "avg_pool2d"):
        enter(
            "batch-crashes",
            "batches end in an accident, in code that is there for them alone",
            "run the branch for batches, or refuse what has four axes on purpose",
            _crashes_in_batches,
        )
        enter(
            "bytes-crash-with-options",
            "images of bytes end in an accident if any option is given",
            "add into an array of a floating dtype",
            _crashes_on_bytes,
            effect=ADVISED if operation == "avg_pool2d" else FAILS,  # whose integers are advised
        )
        enter(
            "batch-joined",
            "the maps of a batch are joined along their rows: the axis of images is lost",
            "return maps of four axes for a batch, or refuse what has four axes",
            _joins_batches,
            seen="public implementations for one image",
        )
    _enter_of_the_past(operation, enter)


def _enter_of_the_past(operation: str, enter: Callable[..., None]) -> None:
    """Enter what calls and refusals leave behind, and what is refused too readily."""
    if operation not in (*_WHOLES, "softmax_layer"):
        enter(
            "first-call-zero",
            "the very first call returns zeros: something is prepared too late",
            "prepare everything before it is used",
            _first_call_zero,
        )
    if operation not in (*_OF_ELEMENTS, *_WHOLES, "softmax_layer"):
        enter(
            "unsettled-by-refusals",
            "the answer after a refused call is wrong: the refusal leaves something half done",
            "check the arguments before anything is changed",
            _unsettled_by_refusals,
        )
    if operation not in ("cross_entropy", *_WHOLES, "softmax_layer"):
        enter(
            "reversed-refused",
            "arrays that run backwards through memory are refused",
            "make the array contiguous first: numpy.ascontiguousarray(x)",
            _refuses_reversed,
            effect=ADVISED,
            seen="torch.from_numpy",
        )
    if operation not in (*_OF_ELEMENTS, "softmax", "log_softmax", *_WHOLES, "softmax_layer"):
        enter(
            "exits",
            "bad arguments end the program, whose exit status 0 says that all is well",
            "raise a ValueError",
            _exits,
            effect=ADVISED,
            seen="article 1, conv",
        )


#: Gradients that show what all of them can do wrong: of each kind one, of dense all.
_GRADIENTS = (
    *("dense_grad_x", "dense_grad_weights", "dense_grad_bias", "conv2d_grad_image"),
    *("relu_backward", "max_pool2d_backward", "softmax_backward", "softmax_cross_entropy_backward"),
)


def _is_shown_by_others(name: str) -> bool:
    """Return whether an operation is a gradient whose manners are shown by others."""
    is_gradient = name.endswith("_backward") or "_grad_" in name
    return is_gradient and name not in _GRADIENTS


for _operation, _right in RIGHT.items():
    if not _is_shown_by_others(_operation):
        _enter(_operation, _right)


# --- the softmax layer -----------------------------------------------------------------------


@fault(
    "softmax_layer-flattened-in-fortran-order",
    "the input is flattened with the first axis running fastest",
    "flatten in C order: input.flatten()",
)
def flattened_in_fortran_order(x: Array, weights: Array, bias: Array) -> Array:
    return softmax_layer(x.flatten(order="F"), weights, bias)


@fault("softmax_layer-bias-ignored", "the biases are ignored", "add the biases to the totals")
def bias_ignored(x: Array, weights: Array, bias: Array) -> Array:
    return softmax_layer(x, weights, bias * 0)


@fault(
    "softmax_layer-single-input-broadcast",
    "a single number is used for all inputs",
    "raise a ValueError unless the input holds as many numbers as weights has rows",
)
def single_input_broadcast(x: Array, weights: Array, bias: Array) -> Array:
    return softmax_layer(np.repeat(x, len(weights)) if x.size == 1 else x, weights, bias)


@fault(
    "softmax_layer-no-softmax",
    "the logits are returned: the softmax is missing",
    "return the softmax of the totals",
)
def no_softmax(x: Array, weights: Array, bias: Array) -> Array:
    # From the same memory each time: large logits differ in their last bits from layout to layout.
    return reference.dense(np.array(x, order="C"), np.array(weights, order="C"), bias)
