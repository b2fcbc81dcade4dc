"""Mistakes in the sigmoid."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.sigmoid import sigmoid
from cnnspec.reference.softmax import softmax

Array = NDArray[Any]


def _floats(x: Array) -> Array:
    """Return the elements as real numbers, of their own dtype if it is one."""
    return x if x.dtype.kind == "f" else x.astype(np.float64)


@fault(
    "sigmoid-overflows",
    "exp(x) / (1 + exp(x)) is infinity over infinity, NaN, where x is large",
    "take exponentials of numbers up to 0 only: 1 / (1 + exp(-x)) for x >= 0",
)
def overflows(x: Array) -> Array:
    exponentials = np.exp(_floats(x))
    return np.asarray(exponentials / (1 + exponentials))


@fault(
    "sigmoid-overflows-beside-negative-numbers",
    "one negative number makes all go through exp(x) / (1 + exp(x)), and exp overflows where x is"
    " large",
    "choose the form for each number, not for the whole array: numpy.where(x < 0, ...)",
)
def overflows_beside_negative_numbers(x: Array) -> Array:
    return overflows(x) if (x < 0).any() else sigmoid(x)


@fault(
    "sigmoid-sign-lost",
    "the minus sign of the exponent is missing: 1 / (1 + exp(x))",
    "take the exponential of -x",
)
def sign_lost(x: Array) -> Array:
    return sigmoid(-_floats(x))


@fault(
    "sigmoid-magnitude",
    "negative elements lose their sign: the sigmoid of |x| is returned",
    "return exp(x) / (1 + exp(x)) where x is below 0",
)
def magnitude(x: Array) -> Array:
    return sigmoid(np.abs(_floats(x)))


@fault(
    "sigmoid-numerator-for-all",
    "positive elements get exp(-x) / (1 + exp(-x)), which is right for -x",
    "return 1 / (1 + exp(-x)) where x is 0 or more",
)
def numerator_for_all(x: Array) -> Array:
    return sigmoid(-np.abs(_floats(x)))


@fault(
    "sigmoid-hard",
    "a line that is cut off is returned, 0.2 x + 1/2 from 0 to 1 (hard sigmoid)",
    "return 1 / (1 + exp(-x))",
)
def hard(x: Array) -> Array:
    sigmoid(x)
    return np.clip(0.2 * _floats(x) + 0.5, 0, 1)


@fault(
    "sigmoid-hard-sixth",
    "a line that is cut off is returned, x / 6 + 1/2 from 0 to 1 (hard sigmoid)",
    "return 1 / (1 + exp(-x))",
)
def hard_sixth(x: Array) -> Array:
    sigmoid(x)
    return np.clip(_floats(x) / 6 + 0.5, 0, 1)


@fault(
    "sigmoid-fast",
    "(1 + x / (1 + |x|)) / 2 is returned, a cheaper curve from 0 to 1",
    "return 1 / (1 + exp(-x))",
)
def fast(x: Array) -> Array:
    sigmoid(x)
    return np.asarray((1 + _floats(x) / (1 + np.abs(_floats(x)))) / 2)


@fault(
    "sigmoid-derivative",
    "the derivative is returned, s (1 - s) of the sigmoid s",
    "return the sigmoid itself",
)
def derivative(x: Array) -> Array:
    return sigmoid(x) * (1 - sigmoid(x))


@fault(
    "sigmoid-twice",
    "the sigmoid is applied to its own result",
    "apply it once",
    seen="a sigmoid before a loss that contains one",
)
def twice(x: Array) -> Array:
    return sigmoid(sigmoid(x))


@fault("sigmoid-logarithm", "logarithms of the results are returned", "return the sigmoid itself")
def logarithm(x: Array) -> Array:
    return np.where(np.isnan(x), x, -np.logaddexp(0, -_floats(x)))


@fault(
    "sigmoid-softmax",
    "elements are divided by the sum of the exponentials of their row (softmax)",
    "squash every element by itself",
)
def as_softmax(x: Array) -> Array:
    return softmax(x)


@fault(
    "sigmoid-from-minus-1",
    "2 sigmoid(x) - 1 is returned, from -1 to 1",
    "return the sigmoid itself",
)
def from_minus_1(x: Array) -> Array:
    return 2 * sigmoid(x) - 1


@fault(
    "sigmoid-of-the-double",
    "(1 + tanh(x)) / 2 is returned, the sigmoid of 2 x",
    "take tanh of x / 2",
)
def of_the_double(x: Array) -> Array:
    return sigmoid(2 * _floats(x))


@fault("sigmoid-base-2", "powers of 2 are taken", "use the natural exponential, numpy.exp")
def base_2(x: Array) -> Array:
    return sigmoid(_floats(x) * _floats(x).dtype.type(np.log(2)))


@fault(
    "sigmoid-step",
    "1 is returned where x is 0 or more, else 0",
    "return the sigmoid, not the decision that is made by it",
)
def step(x: Array) -> Array:
    return np.asarray(sigmoid(x) >= 0.5, float)


@fault(
    "sigmoid-clamped-at-10",
    "elements are clamped to -10 ... 10 against overflow",
    "take exponentials of numbers up to 0 only; then nothing overflows",
)
def clamped_at_10(x: Array) -> Array:
    return sigmoid(np.clip(_floats(x), -10, 10))


@fault(
    "sigmoid-clamped-at-20",
    "elements are clamped to -20 ... 20 against overflow",
    "take exponentials of numbers up to 0 only; then nothing overflows",
)
def clamped_at_20(x: Array) -> Array:
    return sigmoid(np.clip(_floats(x), -20, 20))


@fault(
    "sigmoid-epsilon",
    "results are kept from 1e-7 to 1 - 1e-7",
    "return the sigmoid itself; a loss may keep its logarithm finite",
    seen="losses of old Keras",
)
def epsilon(x: Array) -> Array:
    return np.clip(sigmoid(x), 1e-7, 1 - 1e-7)


@fault(
    "sigmoid-float32",
    "float64 is computed in float32",
    "compute in the dtype of the elements",
)
def in_float32(x: Array) -> Array:
    result = sigmoid(x)
    return sigmoid(np.asarray(x, np.float32)).astype(result.dtype)


@fault(
    "sigmoid-float16-overflows",
    "float16 is computed by exp(x) / (1 + exp(x)), whose exponential overflows from 12 on",
    "take exponentials of numbers up to 0 only, or compute float16 in float32",
)
def float16_overflows(x: Array) -> Array:
    if x.dtype != np.float16:
        return sigmoid(x)
    with np.errstate(all="ignore"):
        return np.asarray(np.exp(x) / (1 + np.exp(x)))


@fault(
    "sigmoid-whole-results",
    "results for integers are cut to integers",
    "return real numbers for integers, too",
)
def whole_results(x: Array) -> Array:
    return sigmoid(x).astype(np.asarray(x).dtype)


@fault(
    "sigmoid-small-integers-wrap",
    "elements of a small integer type wrap around when their sign is changed",
    "convert integers to float64 first",
    effect=ADVISED,
)
def small_integers_wrap(x: Array) -> Array:
    is_small = x.dtype.kind in "iu" and x.dtype.itemsize < 4
    return sigmoid(-(-x).astype(np.float64)) if is_small else sigmoid(x)


@fault(
    "sigmoid-digits-lost",
    "results far below 0 have no digit: 1 - 1 / (1 + exp(x)) is taken",
    "return exp(x) / (1 + exp(x)) where x is below 0",
    effect=ADVISED,
)
def digits_lost(x: Array) -> Array:
    return 1 - sigmoid(-_floats(x))


@fault(
    "sigmoid-only-first-map",
    "elements beyond index 0 of the last axis stay as they are",
    "apply it to every element of the array",
)
def only_first_map(x: Array) -> Array:
    result = np.array(x, sigmoid(x).dtype)
    result[..., 0] = sigmoid(x[..., 0])
    return result


@fault(
    "sigmoid-in-place",
    "the caller's array is changed",
    "write into a new array, not into x",
)
def in_place(x: Array) -> Array:
    result = sigmoid(x)
    if x.flags.writeable and x.dtype.kind == "f":
        x[...] = result
    return result


@fault(
    "sigmoid-infinity",
    "infinity becomes NaN: the result is multiplied by exp(x - x)",
    "take the exponential of -|x|, which is 0 for infinity",
)
def infinity(x: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.asarray(sigmoid(x) * np.exp(_floats(x) - _floats(x)))


@fault(
    "sigmoid-largest-subtracted",
    "the largest element is subtracted if it is large, as a softmax does, and moves all others",
    "squash every element by itself: nothing may be subtracted",
)
def largest_subtracted(x: Array) -> Array:
    numbers = _floats(x)
    largest = np.max(numbers, initial=0)
    return sigmoid(numbers - largest if largest > 700 else numbers)


@fault(
    "sigmoid-spoilt-by-nan",
    "one NaN makes NaN of all elements",
    "squash every element by itself",
)
def spoilt_by_nan(x: Array) -> Array:
    result = sigmoid(x)
    return result * np.nan if np.isnan(result).any() else result
