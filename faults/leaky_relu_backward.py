"""Mistakes in the gradient of the leaky ReLU."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.leaky_relu_backward import leaky_relu_backward

Array = NDArray[Any]

_RIGHT = "return the gradient where x is larger than 0, and the slope times it elsewhere"


@fault(
    "leaky_relu_backward-slope-without-gradient",
    "the slope itself is returned where x is below 0, without the gradient",
    "multiply the slope by the incoming gradient",
    seen="a question in public",
)
def slope_without_gradient(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    return np.where(np.asarray(x) > 0, result, slope).astype(result.dtype)


@fault(
    "leaky_relu_backward-slope-times-x",
    "the slope times x is returned where x is below 0, without the gradient",
    "multiply the slope by the incoming gradient, not by x",
)
def slope_times_x(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    return np.where(np.asarray(x) > 0, result, slope * np.asarray(x)).astype(result.dtype)


@fault(
    "leaky_relu_backward-gradient-dropped",
    "the incoming gradient is dropped: 1 or the slope is returned",
    "multiply by the incoming gradient",
)
def gradient_dropped(grad: Array, x: Array, slope: float = 0.01) -> Array:
    return leaky_relu_backward(np.ones_like(grad), x, slope)


@fault(
    "leaky_relu_backward-by-the-gradients-sign",
    "the gradient is multiplied by the slope where it is below 0 itself, not where x is",
    _RIGHT,
)
def by_the_gradients_sign(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    return leaky_relu_backward(grad, grad, slope)


@fault(
    "leaky_relu_backward-wrong-side",
    "the gradient is multiplied by the slope where x is larger than 0, and comes through below",
    _RIGHT,
)
def wrong_side(grad: Array, x: Array, slope: float = 0.01) -> Array:
    return leaky_relu_backward(grad, -np.asarray(x, np.result_type(x, np.float16)), slope)


@fault(
    "leaky_relu_backward-everywhere",
    "the gradient is multiplied by the slope everywhere, where x is larger than 0 too",
    _RIGHT,
)
def everywhere(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    return np.asarray(leaky_relu_backward(grad, -np.ones_like(result), slope))


@fault(
    "leaky_relu_backward-slope-ignored",
    "the slope is 0.01, whatever is given",
    "multiply by the slope that is given",
)
def slope_ignored(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    return leaky_relu_backward(grad, x)


@fault(
    "leaky_relu_backward-slope-of-0-replaced",
    "a slope of 0 is taken for none, and becomes 0.01",
    "take 0 as a slope like others: ask whether the slope is None",
)
def slope_of_0_replaced(grad: Array, x: Array, slope: float = 0.01) -> Array:
    return leaky_relu_backward(grad, x, slope or 0.01)


@fault(
    "leaky_relu_backward-no-slope",
    "nothing comes through where x is below 0, as of a ReLU",
    "multiply the gradient by the slope there",
)
def no_slope(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    return leaky_relu_backward(grad, x, 0.0)


@fault(
    "leaky_relu_backward-divided",
    "the gradient is divided by the slope where x is below 0",
    "multiply the gradient by the slope there",
)
def divided(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    with np.errstate(all="ignore"):
        return np.where(np.asarray(x) > 0, result, np.asarray(grad) / slope).astype(result.dtype)


@fault(
    "leaky_relu_backward-added-to-all",
    "the slope is added to 1 where x is larger than 0",
    "multiply by 1 where x is larger than 0",
)
def added_to_all(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    return np.where(np.asarray(x) > 0, (1 + slope) * result, result).astype(result.dtype)


@fault(
    "leaky_relu_backward-slope-negated",
    "the gradient is multiplied by -slope where x is below 0",
    "keep the sign of the slope",
)
def slope_negated(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    return leaky_relu_backward(grad, x, -slope)


@fault(
    "leaky_relu_backward-slope-twice",
    "the slope is applied twice: the gradient is multiplied by its square where x is below 0",
    "multiply by the slope once",
)
def slope_twice(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    return leaky_relu_backward(grad, x, slope * slope)


@fault(
    "leaky_relu_backward-side-off-the-result",
    "the side is read off the layer's result, whose sign is another one with a slope below 0",
    "ask for the sign of x itself",
    seen="a question in public",
    effect=ADVISED,
)
def side_off_the_result(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    side = -np.abs(x) if slope < 0 and np.asarray(x).dtype.kind == "f" else x
    return leaky_relu_backward(grad, -side if slope < 0 else side, slope)


@fault(
    "leaky_relu_backward-in-place",
    "the incoming gradient is changed in place",
    "write into a new array: numpy.where, not grad[x < 0] *= slope",
)
def in_place(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    if grad.flags.writeable:
        grad[...] = result.astype(grad.dtype)
    return result


@fault(
    "leaky_relu_backward-whole-results",
    "results for integers are cut to integers",
    "return real numbers for integers, too",
)
def whole_results(grad: Array, x: Array, slope: float = 0.01) -> Array:
    return leaky_relu_backward(grad, x, slope).astype(np.asarray(grad).dtype)


@fault(
    "leaky_relu_backward-at-0-half",
    "half of the slope is taken where x is 0",
    "return anything between the gradient and the slope times it where x is 0",
)
def at_0_half(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    return np.where(np.asarray(x) == 0, result / 2, result)


@fault(
    "leaky_relu_backward-slope-narrowed",
    "the slope is rounded to float32, also for float64",
    "take the slope in the dtype of the gradient",
)
def slope_narrowed(grad: Array, x: Array, slope: float = 0.01) -> Array:
    leaky_relu_backward(grad, x, slope)
    return leaky_relu_backward(grad, x, float(np.float32(slope)))


@fault(
    "leaky_relu_backward-both-halves",
    "digits of small results are lost: halves of the gradient are added with the sign of x",
    "choose by the sign of x: numpy.where(x > 0, grad, slope * grad)",
    effect=ADVISED,
)
def both_halves(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    one = result.dtype.type
    numbers = np.where(np.isfinite(result), grad, 0).astype(result.dtype)
    signs = np.sign(np.nan_to_num(np.asarray(x, result.dtype)))
    halves = one((1 + slope) / 2) * numbers + one((1 - slope) / 2) * numbers * signs
    return np.where(np.isfinite(result), halves, result)


@fault(
    "leaky_relu_backward-spoilt-by-nan",
    "one NaN in x makes NaN of all elements",
    "treat every element by itself",
)
def spoilt_by_nan(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    return result * np.nan if np.isnan(np.asarray(x, float)).any() else result


@fault(
    "leaky_relu_backward-infinity-lost",
    "x is multiplied by a mask: at infinity the gradient becomes NaN",
    "compare x with 0: numpy.where(x > 0, grad, slope * grad)",
)
def infinity_lost(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    with np.errstate(all="ignore"):
        return np.asarray(result + 0 * np.where(np.isinf(x), x, 0).astype(result.dtype))


@fault(
    "leaky_relu_backward-first-map-only",
    "elements beyond index 0 of the last axis get the gradient as it came",
    "treat every element of the array",
)
def first_map_only(grad: Array, x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu_backward(grad, x, slope)
    result[..., 1:] = grad[..., 1:]
    return result
