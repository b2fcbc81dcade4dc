"""Mistakes in the gradient of the sigmoid."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.sigmoid import sigmoid
from cnnspec.reference.sigmoid_backward import sigmoid_backward

Array = NDArray[Any]


def _floats(grad: Array, x: Array) -> tuple[Array, Array]:
    """Return both as real numbers, refused as the right gradient refuses them."""
    sigmoid_backward(grad, x)
    first, second = (
        one if one.dtype.kind == "f" else one.astype(np.float64)
        for one in map(np.asarray, (grad, x))
    )
    return first, second


@fault(
    "sigmoid_backward-x-for-y",
    "x (1 - x) is taken: the slope by the result, of the numbers before the sigmoid",
    "compute y = sigmoid(x) first, then y (1 - y)",
    seen="beginners' networks in many tutorials",
)
def x_for_y(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        return np.asarray(g * x * (1 - x))


@fault(
    "sigmoid_backward-sigmoid-itself",
    "the gradient is multiplied by the sigmoid itself: the product y (1 - y) is missing",
    "multiply by y (1 - y)",
)
def sigmoid_itself(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * sigmoid(x)


@fault(
    "sigmoid_backward-one-minus-y",
    "the gradient is multiplied by 1 - y: a factor is missing",
    "multiply by y (1 - y)",
)
def one_minus_y(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * (1 - sigmoid(x))


@fault(
    "sigmoid_backward-sign-turned",
    "the gradient is multiplied by y (y - 1): the sign is turned",
    "multiply by y (1 - y)",
)
def sign_turned(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * sigmoid(x) * (sigmoid(x) - 1)


@fault(
    "sigmoid_backward-one-plus-y",
    "the gradient is multiplied by y (1 + y)",
    "multiply by y (1 - y)",
)
def one_plus_y(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * sigmoid(x) * (1 + sigmoid(x))


@fault(
    "sigmoid_backward-slope-of-tanh",
    "the gradient is multiplied by 1 - y^2, the slope of tanh by its result",
    "multiply by y (1 - y)",
)
def slope_of_tanh(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * (1 - sigmoid(x) ** 2)


@fault(
    "sigmoid_backward-twice",
    "the sigmoid is taken twice: y is that of a result",
    "take the slope at x: y = sigmoid(x)",
    seen="layers that keep their result, and take its sigmoid again",
)
def twice(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return sigmoid_backward(g, sigmoid(x))


@fault(
    "sigmoid_backward-times-x",
    "the gradient is multiplied by x, too",
    "multiply by y (1 - y) alone",
)
def times_x(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        return sigmoid_backward(g, x) * x


@fault(
    "sigmoid_backward-numerator-missing",
    "1 / (1 + exp(-x))^2 is taken, which is y^2: the numerator exp(-x) is missing",
    "multiply by y (1 - y)",
)
def numerator_missing(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * sigmoid(x) ** 2


@fault(
    "sigmoid_backward-overflows",
    "exp(-x) / (1 + exp(-x))^2 is infinity over infinity, NaN, where x is far below 0",
    "take exponentials of numbers up to 0 only, or multiply by y (1 - y)",
)
def overflows(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        small = np.exp(-x)
        return np.asarray(g * (small / (1 + small) ** 2))


@fault(
    "sigmoid_backward-overflows-above",
    "y is exp(x) / (1 + exp(x)), which is infinity over infinity, NaN, where x is large",
    "take exponentials of numbers up to 0 only",
)
def overflows_above(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        y = np.exp(x) / (1 + np.exp(x))
        return np.asarray(g * y * (1 - y))


@fault(
    "sigmoid_backward-digits-lost",
    "digits of small results are lost: 1 - y is 0 where y rounds to 1",
    "take exp(-|x|) / (1 + exp(-|x|))^2",
    seen="most implementations",
    effect=ADVISED,
)
def digits_lost(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    y = sigmoid(x)
    return g * y * (1 - y)


@fault(
    "sigmoid_backward-clipped",
    "x is clipped to the range from -10 to 10",
    "take x as it is: sigmoid does not overflow if exponentials are of numbers up to 0 only",
)
def clipped(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return sigmoid_backward(g, np.clip(x, -10, 10))


@fault(
    "sigmoid_backward-hard",
    "the slope of a hard sigmoid is taken: 0.2 from -2.5 to 2.5, and else 0",
    "multiply by y (1 - y)",
)
def hard(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return np.where(np.abs(x) < 2.5, 0.2 * g, 0 * g).astype(g.dtype)


@fault(
    "sigmoid_backward-divided",
    "the gradient is divided by the slope",
    "multiply by y (1 - y)",
)
def divided(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        return g / sigmoid_backward(np.ones_like(g), x)


@fault(
    "sigmoid_backward-gradient-dropped",
    "the incoming gradient is dropped: the slope alone is returned",
    "multiply by the incoming gradient",
    seen="code whose derivative is a function of its own",
)
def gradient_dropped(grad: Array, x: Array) -> Array:
    return sigmoid_backward(np.ones_like(grad), x)


@fault(
    "sigmoid_backward-in-place",
    "the incoming gradient is changed in place",
    "write into a new array: grad * slope, not grad *= slope",
)
def in_place(grad: Array, x: Array) -> Array:
    result = sigmoid_backward(grad, x)
    if grad.flags.writeable:
        grad[...] = result.astype(grad.dtype)
    return result


@fault(
    "sigmoid_backward-in-float32",
    "the gradient is computed in float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, x: Array) -> Array:
    result = sigmoid_backward(grad, x)
    with np.errstate(over="ignore"):
        narrow = [np.asarray(one, np.float32) for one in (grad, x)]
    return sigmoid_backward(*narrow).astype(result.dtype)


@fault(
    "sigmoid_backward-whole-results",
    "results for integers are cut to integers",
    "return real numbers for integers, too",
)
def whole_results(grad: Array, x: Array) -> Array:
    return sigmoid_backward(grad, x).astype(np.asarray(grad).dtype)


@fault(
    "sigmoid_backward-first-image-only",
    "only the first image of a batch is treated: elsewhere the gradient comes through as it is",
    "treat every element of the array",
)
def first_image_only(grad: Array, x: Array) -> Array:
    result = sigmoid_backward(grad, x)
    if result.ndim == 4:
        result[1:] = grad[1:]
    return result


@fault(
    "sigmoid_backward-spoilt-by-nan",
    "one NaN in x makes NaN of all elements",
    "treat every element by itself",
)
def spoilt_by_nan(grad: Array, x: Array) -> Array:
    result = sigmoid_backward(grad, x)
    return result * np.nan if np.isnan(np.asarray(x, float)).any() else result
