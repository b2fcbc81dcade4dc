"""Mistakes in the gradient of ReLU."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.relu_backward import relu_backward

Array = NDArray[Any]

_RIGHT = "return the gradient where x is larger than 0: numpy.where(x > 0, grad, 0)"


@fault(
    "relu_backward-by-the-gradients-sign",
    "the gradient comes through where it is larger than 0 itself, not where x is",
    _RIGHT,
    seen="a question in public",
)
def by_the_gradients_sign(grad: Array, x: Array) -> Array:
    return relu_backward(grad, grad) + 0 * relu_backward(grad, x)


@fault(
    "relu_backward-guided",
    "where the incoming gradient is below 0 nothing comes through, whatever x is: guided"
    " backpropagation",
    "ask for the sign of x alone",
)
def guided(grad: Array, x: Array) -> Array:
    return np.maximum(relu_backward(grad, x), 0)


@fault(
    "relu_backward-everywhere",
    "the gradient comes through everywhere, where x is below 0 too",
    _RIGHT,
    seen="code that asks whether the result is at least 0, which it always is",
)
def everywhere(grad: Array, x: Array) -> Array:
    return relu_backward(grad, np.ones_like(x)) + 0 * relu_backward(grad, x)


@fault(
    "relu_backward-wrong-way-round",
    "the gradient comes through where x is below 0, and not above",
    _RIGHT,
)
def wrong_way_round(grad: Array, x: Array) -> Array:
    return np.where(x < 0, grad, 0 * relu_backward(grad, x))


@fault(
    "relu_backward-gradient-dropped",
    "the incoming gradient is dropped: 1 is returned where x is larger than 0, and else 0",
    "multiply by the incoming gradient",
    seen="code whose derivative is a function of its own",
)
def gradient_dropped(grad: Array, x: Array) -> Array:
    return relu_backward(np.ones_like(grad), x)


@fault(
    "relu_backward-booleans",
    "the mask itself is returned, an array of booleans",
    "multiply the mask by the incoming gradient",
)
def booleans(grad: Array, x: Array) -> Array:
    return np.asarray(relu_backward(np.ones_like(grad), x) > 0)


@fault(
    "relu_backward-changes-the-gradient",
    "the incoming gradient is changed in place",
    "write into a new array: numpy.where(x > 0, grad, 0), not grad[x <= 0] = 0",
    seen="2 of the public implementations that were read",
)
def changes_the_gradient(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    if grad.flags.writeable:
        grad[...] = result.astype(grad.dtype)
    return result


@fault(
    "relu_backward-changes-x",
    "x is changed in place: what is not larger than 0 becomes 0",
    "write into a new array: numpy.where(x > 0, grad, 0)",
)
def changes_x(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    if x.flags.writeable:
        x[x < 0] = 0
    return result


@fault(
    "relu_backward-forward-again",
    "max(x, 0) is returned: the ReLU, and not its gradient",
    _RIGHT,
)
def forward_again(grad: Array, x: Array) -> Array:
    return relu_backward(x, x) + 0 * relu_backward(grad, x)


@fault(
    "relu_backward-times-relu",
    "the gradient is multiplied by max(x, 0), not by the slope of it",
    "multiply by 1 where x is larger than 0, and by 0 elsewhere",
)
def times_relu(grad: Array, x: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(relu_backward(grad, x) * np.maximum(x, 0))


@fault(
    "relu_backward-leaky",
    "a hundredth of the gradient comes through where x is below 0, as of a leaky ReLU",
    "let nothing through where x is below 0",
    seen="1 of the public implementations that were read",
)
def leaky(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    return np.where(x > 0, result, (0.01 * np.asarray(grad)).astype(result.dtype))


@fault(
    "relu_backward-ends-at-6",
    "nothing comes through where x is above 6, as of a ReLU6",
    "let the gradient through wherever x is larger than 0",
)
def ends_at_6(grad: Array, x: Array) -> Array:
    return np.where(np.asarray(x) < 6, relu_backward(grad, x), 0)


@fault(
    "relu_backward-from-1-on",
    "the gradient comes through only where x is larger than 1",
    "compare x with 0",
)
def from_1_on(grad: Array, x: Array) -> Array:
    return np.where(np.asarray(x) > 1, relu_backward(grad, x), 0)


@fault(
    "relu_backward-sign",
    "the gradient turns its sign where x is below 0: it is multiplied by the sign of x",
    "multiply by 0 where x is below 0",
)
def sign(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    return np.where(np.asarray(x) < 0, -np.asarray(grad, result.dtype), result)


@fault(
    "relu_backward-at-0-minus",
    "the gradient turns its sign where x is 0",
    "return anything between 0 and the gradient where x is 0, most often 0",
)
def at_0_minus(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    return np.where(np.asarray(x) == 0, -np.asarray(grad, result.dtype), result)


@fault(
    "relu_backward-first-image-only",
    "only the first image of a batch is treated: elsewhere the gradient comes through as it is",
    "treat every element of the array",
)
def first_image_only(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    if result.ndim == 4:
        result[1:] = grad[1:]
    return result


@fault(
    "relu_backward-in-float32",
    "the gradient is rounded to float32",
    "keep the precision of the gradient",
)
def in_float32(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    with np.errstate(over="ignore"):
        return result.astype(np.float32).astype(result.dtype)


@fault(
    "relu_backward-whole-results",
    "results are cut to whole numbers",
    "return the gradient in its own dtype: numpy.zeros_like(grad), not zeros of integers",
)
def whole_results(grad: Array, x: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.trunc(relu_backward(grad, x))


@fault(
    "relu_backward-above-the-mean",
    "the gradient comes through where x is larger than its mean",
    "compare x with 0",
)
def above_the_mean(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    with np.errstate(all="ignore"):
        return np.where(np.asarray(x) > np.mean(x), np.asarray(grad, result.dtype), 0)


@fault(
    "relu_backward-cut-off",
    "a gradient that is longer than x is cut off",
    "raise a ValueError unless grad has the shape of x",
    effect=ADVISED,
)
def cut_off(grad: Array, x: Array) -> Array:
    if np.ndim(grad) == np.ndim(x):
        grad = grad[tuple(slice(0, size) for size in np.shape(x))]
    return relu_backward(grad, x)


@fault(
    "relu_backward-spoilt-by-nan",
    "one NaN in x makes NaN of all elements",
    "treat every element by itself",
)
def spoilt_by_nan(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    return result * np.nan if np.isnan(np.asarray(x, float)).any() else result


@fault(
    "relu_backward-infinity-lost",
    "x is multiplied by a mask: at infinity the gradient becomes NaN",
    "compare x with 0: numpy.where(x > 0, grad, 0)",
)
def infinity_lost(grad: Array, x: Array) -> Array:
    result = relu_backward(grad, x)
    with np.errstate(all="ignore"):
        return np.asarray(result + 0 * np.where(np.isinf(x), x, 0).astype(result.dtype))
