"""Mistakes in the gradient of the tanh."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.tanh import tanh
from cnnspec.reference.tanh_backward import tanh_backward

Array = NDArray[Any]


def _floats(grad: Array, x: Array) -> tuple[Array, Array]:
    """Return both as real numbers, refused as the right gradient refuses them."""
    tanh_backward(grad, x)
    first, second = (
        one if one.dtype.kind == "f" else one.astype(np.float64)
        for one in map(np.asarray, (grad, x))
    )
    return first, second


@fault(
    "tanh_backward-x-for-y",
    "1 - x^2 is taken: the slope by the result, of the numbers before the tanh",
    "compute y = tanh(x) first, then 1 - y^2",
    seen="beginners' networks in many tutorials",
)
def x_for_y(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        return np.asarray(g * (1 - x * x))


@fault(
    "tanh_backward-square-missing",
    "the gradient is multiplied by 1 - y: the square is missing",
    "multiply by 1 - y^2",
)
def square_missing(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * (1 - tanh(x))


@fault(
    "tanh_backward-sign-wrong",
    "the gradient is multiplied by 1 + y^2",
    "multiply by 1 - y^2",
)
def sign_wrong(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * (1 + tanh(x) ** 2)


@fault(
    "tanh_backward-sign-turned",
    "the gradient is multiplied by y^2 - 1: the sign is turned",
    "multiply by 1 - y^2",
)
def sign_turned(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * (tanh(x) ** 2 - 1)


@fault(
    "tanh_backward-square-of-the-difference",
    "the gradient is multiplied by (1 - y)^2",
    "square y, not 1 - y",
)
def square_of_the_difference(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * (1 - tanh(x)) ** 2


@fault(
    "tanh_backward-slope-of-sigmoid",
    "the gradient is multiplied by y (1 - y), the slope of a sigmoid by its result",
    "multiply by 1 - y^2",
)
def slope_of_sigmoid(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * tanh(x) * (1 - tanh(x))


@fault(
    "tanh_backward-tanh-itself",
    "the gradient is multiplied by tanh itself",
    "multiply by 1 - y^2",
)
def tanh_itself(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return g * tanh(x)


@fault(
    "tanh_backward-twice",
    "tanh is taken twice: y is that of a result",
    "take the slope at x: y = tanh(x)",
    seen="layers that keep their result, and take its tanh again",
)
def twice(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return tanh_backward(g, tanh(x))


@fault(
    "tanh_backward-root",
    "the gradient is divided by cosh(x), not by its square",
    "divide by cosh(x) squared",
)
def root(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        return np.asarray(g / np.cosh(x))


@fault(
    "tanh_backward-four-missing",
    "1 / (exp(x) + exp(-x))^2 is taken: the factor 4 is missing",
    "multiply by 4",
)
def four_missing(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return tanh_backward(g, x) / 4


@fault(
    "tanh_backward-half-x",
    "the slope at x / 2 is taken: a factor of 2 is missing in the exponent",
    "take the slope at x",
)
def half_x(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return tanh_backward(g, x / 2)


@fault(
    "tanh_backward-overflows",
    "y is a quotient of exponentials, infinity over infinity, NaN, where |x| is large",
    "use tanh as the library has it, which does not overflow: numpy.tanh",
)
def overflows(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        up, down = np.exp(x), np.exp(-x)
        return np.asarray(g * (1 - ((up - down) / (up + down)) ** 2))


@fault(
    "tanh_backward-digits-lost",
    "digits of small results are lost: 1 - y^2 is 0 where y rounds to 1",
    "divide by cosh(x) squared, or take 4 exp(-2 |x|) / (1 + exp(-2 |x|))^2",
    seen="most implementations",
    effect=ADVISED,
)
def digits_lost(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return np.asarray(g * (1 - np.tanh(x) ** 2))


@fault(
    "tanh_backward-clipped",
    "x is clipped to the range from -3 to 3",
    "take x as it is",
)
def clipped(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    return tanh_backward(g, np.clip(x, -3, 3))


@fault(
    "tanh_backward-times-x",
    "the gradient is multiplied by x, too",
    "multiply by 1 - y^2 alone",
)
def times_x(grad: Array, x: Array) -> Array:
    g, x = _floats(grad, x)
    with np.errstate(all="ignore"):
        return tanh_backward(g, x) * x


@fault(
    "tanh_backward-gradient-dropped",
    "the incoming gradient is dropped: the slope alone is returned",
    "multiply by the incoming gradient",
    seen="code whose derivative is a function of its own",
)
def gradient_dropped(grad: Array, x: Array) -> Array:
    return tanh_backward(np.ones_like(grad), x)


@fault(
    "tanh_backward-in-place",
    "the incoming gradient is changed in place",
    "write into a new array: grad * slope, not grad *= slope",
)
def in_place(grad: Array, x: Array) -> Array:
    result = tanh_backward(grad, x)
    if grad.flags.writeable:
        grad[...] = result.astype(grad.dtype)
    return result


@fault(
    "tanh_backward-in-float32",
    "the gradient is computed in float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, x: Array) -> Array:
    result = tanh_backward(grad, x)
    with np.errstate(over="ignore"):
        narrow = [np.asarray(one, np.float32) for one in (grad, x)]
    return tanh_backward(*narrow).astype(result.dtype)


@fault(
    "tanh_backward-whole-results",
    "results for integers are cut to integers",
    "return real numbers for integers, too",
)
def whole_results(grad: Array, x: Array) -> Array:
    return tanh_backward(grad, x).astype(np.asarray(grad).dtype)


@fault(
    "tanh_backward-first-image-only",
    "only the first image of a batch is treated: elsewhere the gradient comes through as it is",
    "treat every element of the array",
)
def first_image_only(grad: Array, x: Array) -> Array:
    result = tanh_backward(grad, x)
    if result.ndim == 4:
        result[1:] = grad[1:]
    return result


@fault(
    "tanh_backward-spoilt-by-nan",
    "one NaN in x makes NaN of all elements",
    "treat every element by itself",
)
def spoilt_by_nan(grad: Array, x: Array) -> Array:
    result = tanh_backward(grad, x)
    return result * np.nan if np.isnan(np.asarray(x, float)).any() else result
