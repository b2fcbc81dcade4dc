"""Mistakes in the leaky ReLU."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.leaky_relu import leaky_relu

Array = NDArray[Any]


@fault(
    "leaky_relu-wrong-side",
    "positive elements are multiplied by the slope, and negative ones stay as they are",
    "multiply what is not larger than 0: numpy.where(x > 0, x, slope * x)",
)
def wrong_side(x: Array, slope: float = 0.01) -> Array:
    return -leaky_relu(-np.asarray(x, np.result_type(x, np.float16)), slope)


@fault(
    "leaky_relu-everywhere",
    "all elements are multiplied by the slope, positive ones too",
    "leave elements larger than 0 as they are",
)
def everywhere(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.asarray(x) * slope


@fault(
    "leaky_relu-larger-of-x-and-slope",
    "the larger of x and the slope itself is returned",
    "multiply the slope by x: numpy.maximum(x, slope * x)",
)
def larger_of_x_and_slope(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.maximum(x, slope)


@fault(
    "leaky_relu-slope-ignored",
    "the slope is 0.01, whatever is given",
    "multiply by the slope that is given",
)
def slope_ignored(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x)


@fault(
    "leaky_relu-slope-of-0-replaced",
    "a slope of 0 is taken for none, and becomes 0.01",
    "take 0 as a slope like others: ask whether the slope is None",
)
def slope_of_0_replaced(x: Array, slope: float = 0.01) -> Array:
    return leaky_relu(x, slope or 0.01)


@fault(
    "leaky_relu-no-slope",
    "negative elements become 0 (ReLU): the slope is forgotten",
    "multiply negative elements by the slope",
)
def no_slope(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x, 0.0)


@fault(
    "leaky_relu-divided",
    "negative elements are divided by the slope",
    "multiply negative elements by the slope",
)
def divided(x: Array, slope: float = 0.01) -> Array:
    with np.errstate(all="ignore"):
        return np.where(np.asarray(x) > 0, x, np.asarray(x) / slope)


@fault(
    "leaky_relu-one-minus-slope",
    "negative elements are multiplied by 1 - slope",
    "multiply negative elements by the slope itself",
)
def one_minus_slope(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x, 1 - slope)


@fault(
    "leaky_relu-added-to-all",
    "the slope's part is added to positive elements, too: max(x, 0) + slope * x",
    "take the slope of the negative part only: maximum(x, 0) + slope * minimum(x, 0)",
)
def added_to_all(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.maximum(x, 0) + slope * np.asarray(x)


@fault(
    "leaky_relu-positive-below-0",
    "negative elements become positive: they are multiplied by -slope",
    "multiply negative elements by the slope and keep their sign",
)
def positive_below_0(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x, -slope)


@fault(
    "leaky_relu-slope-itself",
    "negative elements become the slope itself, not its product with them",
    "multiply negative elements by the slope",
)
def slope_itself(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.where(np.asarray(x) > 0, x, slope)


@fault(
    "leaky_relu-derivative",
    "1 is returned for positive elements, and the slope for others (the derivative)",
    "return the elements themselves, or slope times them",
)
def derivative(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.where(np.asarray(x) > 0, 1.0, slope)


@fault(
    "leaky_relu-exponential-below-0",
    "negative elements become slope * (exp(x) - 1) (ELU)",
    "multiply negative elements by the slope: there is no exponential",
)
def exponential_below_0(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.where(np.asarray(x) > 0, x, slope * np.expm1(np.minimum(x, 0)))


@fault(
    "leaky_relu-ends-at-6",
    "positive elements above 6 become 6",
    "return positive elements as they are",
)
def ends_at_6(x: Array, slope: float = 0.01) -> Array:
    return np.minimum(leaky_relu(x, slope), 6)


@fault(
    "leaky_relu-smaller-of-two",
    "the smaller of x and slope * x is returned",
    "return the larger of the two for slopes up to 1, or choose by the sign of x",
)
def smaller_of_two(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.minimum(x, np.asarray(x) * slope)


@fault(
    "leaky_relu-larger-of-two",
    "the larger of x and slope * x is returned, which is the other one for slopes beyond 1",
    "choose by the sign of x: numpy.where(x > 0, x, slope * x)",
    effect=ADVISED,
)
def larger_of_two(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return np.maximum(x, np.asarray(x) * slope)


@fault(
    "leaky_relu-slope-twice",
    "the slope is applied twice: negative elements are multiplied by its square",
    "multiply by the slope once",
)
def slope_twice(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x, slope * slope)


@fault(
    "leaky_relu-whole-slope",
    "the slope is cut to a whole number",
    "take the slope as a real number: integers have no 0.01",
)
def whole_slope(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x, int(slope))


@fault(
    "leaky_relu-slope-narrowed",
    "the slope is rounded to float32, also for float64",
    "take the slope in the dtype of the elements",
)
def slope_narrowed(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    return leaky_relu(x, float(np.float32(slope)))


@fault(
    "leaky_relu-mask",
    "infinity becomes NaN: both parts are multiplied by masks of 0 and 1",
    "choose one of the two instead of multiplying: numpy.where",
)
def mask(x: Array, slope: float = 0.01) -> Array:
    leaky_relu(x, slope)
    above = np.asarray(x) > 0
    with np.errstate(invalid="ignore"):
        return np.asarray(above * np.asarray(x) + slope * (~above * np.asarray(x)))


@fault(
    "leaky_relu-in-place",
    "the caller's array is changed",
    "write into a new array: numpy.where(x > 0, x, slope * x), not x[x < 0] *= slope",
)
def in_place(x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu(x, slope)
    if x.flags.writeable:
        x[...] = result.astype(x.dtype)
    return result


@fault(
    "leaky_relu-only-first-map",
    "elements beyond index 0 of the last axis stay as they are",
    "apply it to every element of the array",
)
def only_first_map(x: Array, slope: float = 0.01) -> Array:
    result = np.array(x, leaky_relu(x, slope).dtype)
    result[..., 0] = leaky_relu(x[..., 0], slope)
    return result


@fault(
    "leaky_relu-whole-results",
    "results for integers are cut to integers",
    "return real numbers for integers, too",
)
def whole_results(x: Array, slope: float = 0.01) -> Array:
    return leaky_relu(x, slope).astype(np.asarray(x).dtype)


@fault(
    "leaky_relu-rounded-first",
    "elements are rounded to three decimals before the slope is applied",
    "take the elements as they are",
)
def rounded_first(x: Array, slope: float = 0.01) -> Array:
    return leaky_relu(np.round(np.asarray(x, np.result_type(x, np.float16)), 3), slope)


@fault(
    "leaky_relu-both-halves",
    "digits of small results are lost: halves of x and of |x| are added",
    "choose by the sign of x: numpy.where(x > 0, x, slope * x)",
    seen="Theano's relu",
    effect=ADVISED,
)
def both_halves(x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu(x, slope)
    one = result.dtype.type
    numbers = np.where(np.isfinite(result), x, 0).astype(result.dtype)
    halves = one((1 + slope) / 2) * numbers + one((1 - slope) / 2) * np.abs(numbers)
    return np.where(np.isfinite(result), halves, result)


@fault(
    "leaky_relu-spoilt-by-nan",
    "one NaN makes NaN of all elements",
    "treat every element by itself",
)
def spoilt_by_nan(x: Array, slope: float = 0.01) -> Array:
    result = leaky_relu(x, slope)
    return result * np.nan if np.isnan(result).any() else result
