"""Mistakes in tanh."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.sigmoid import sigmoid
from cnnspec.reference.tanh import tanh

Array = NDArray[Any]


def _floats(x: Array) -> Array:
    """Return the elements as real numbers, of their own dtype if it is one."""
    return x if x.dtype.kind == "f" else x.astype(np.float64)


@fault(
    "tanh-overflows",
    "(exp(x) - exp(-x)) / (exp(x) + exp(-x)) is infinity over infinity, NaN, where |x| is large",
    "take exponentials of -2 |x|, which do not overflow, or the library's: numpy.tanh",
)
def overflows(x: Array) -> Array:
    above, below = np.exp(_floats(x)), np.exp(-_floats(x))
    return np.asarray((above - below) / (above + below))


@fault(
    "tanh-overflows-above",
    "(exp(2 x) - 1) / (exp(2 x) + 1) is infinity over infinity, NaN, where x is large",
    "take exponentials of -2 |x|, which do not overflow, or the library's: numpy.tanh",
)
def overflows_above(x: Array) -> Array:
    power = np.exp(2 * _floats(x))
    return np.asarray((power - 1) / (power + 1))


@fault(
    "tanh-overflows-below",
    "(1 - exp(-2 x)) / (1 + exp(-2 x)) is infinity over infinity, NaN, where x is far below 0",
    "take exponentials of -2 |x|, which do not overflow, or the library's: numpy.tanh",
)
def overflows_below(x: Array) -> Array:
    power = np.exp(-2 * _floats(x))
    return np.asarray((1 - power) / (1 + power))


@fault(
    "tanh-of-the-half",
    "2 sigmoid(x) - 1 is returned, which is tanh of x / 2",
    "take the sigmoid of 2 x",
)
def of_the_half(x: Array) -> Array:
    return 2 * sigmoid(x) - 1


@fault("tanh-of-the-double", "tanh of 2 x is returned", "take exponentials of x, not of 2 x")
def of_the_double(x: Array) -> Array:
    return tanh(2 * _floats(x))


@fault(
    "tanh-tangent",
    "the tangent is returned, not the hyperbolic one",
    "take the hyperbolic tangent: numpy.tanh",
)
def tangent(x: Array) -> Array:
    tanh(x)
    return np.tan(_floats(x))


@fault(
    "tanh-arctangent",
    "the arctangent is returned",
    "take the hyperbolic tangent, not the inverse of the other one: numpy.tanh",
)
def arctangent(x: Array) -> Array:
    tanh(x)
    return np.arctan(_floats(x))


@fault("tanh-sine", "the denominator is missing: sinh(x)", "divide by cosh(x)")
def sine(x: Array) -> Array:
    tanh(x)
    return np.sinh(_floats(x))


@fault(
    "tanh-derivative",
    "the derivative is returned, 1 - tanh(x)^2",
    "return tanh itself",
)
def derivative(x: Array) -> Array:
    return 1 - tanh(x) * tanh(x)


@fault("tanh-magnitude", "negative elements lose their sign", "keep the sign of x")
def magnitude(x: Array) -> Array:
    return np.abs(tanh(x))


@fault(
    "tanh-opposite", "the sign of the result is the other way round", "subtract exp(-x), not exp(x)"
)
def opposite(x: Array) -> Array:
    return -tanh(x)


@fault(
    "tanh-reciprocal",
    "numerator and denominator are exchanged",
    "divide the difference of the exponentials by their sum",
)
def reciprocal(x: Array) -> Array:
    return 1 / tanh(x)


@fault(
    "tanh-hard",
    "elements are clipped to the range from -1 to 1 (hard tanh)",
    "return tanh: it bends before it ends",
)
def hard(x: Array) -> Array:
    tanh(x)
    return np.clip(_floats(x), -1, 1)


@fault(
    "tanh-scaled",
    "1.7159 tanh(2/3 x) is returned",
    "return tanh itself, or name the scaled one otherwise",
    seen="LeCun and others, Efficient BackProp",
)
def scaled(x: Array) -> Array:
    numbers = _floats(x)
    return np.asarray(numbers.dtype.type(1.7159) * tanh(numbers * numbers.dtype.type(2 / 3)))


@fault(
    "tanh-fraction",
    "x (27 + x^2) / (27 + 9 x^2) is returned, which is right near 0 only",
    "use the library's hyperbolic tangent: numpy.tanh",
    seen="audio code",
)
def fraction(x: Array) -> Array:
    tanh(x)
    square = np.square(_floats(x))
    return np.asarray(_floats(x) * (27 + square) / (27 + 9 * square))


@fault("tanh-softsign", "x / (1 + |x|) is returned (softsign)", "return tanh, which rises faster")
def softsign(x: Array) -> Array:
    tanh(x)
    return np.asarray(_floats(x) / (1 + np.abs(_floats(x))))


@fault("tanh-sigmoid", "the sigmoid is returned, from 0 to 1", "return 2 sigmoid(2 x) - 1")
def as_sigmoid(x: Array) -> Array:
    return sigmoid(x)


@fault(
    "tanh-from-0",
    "(1 + tanh(x)) / 2 is returned, from 0 to 1",
    "return tanh itself, from -1 to 1",
)
def from_0(x: Array) -> Array:
    return (1 + tanh(x)) / 2


@fault("tanh-twice", "tanh is applied to its own result", "apply it once")
def twice(x: Array) -> Array:
    return tanh(tanh(x))


@fault("tanh-sign", "the sign of x is returned", "return tanh: it rises between -1 and 1")
def sign(x: Array) -> Array:
    return np.sign(tanh(x))


@fault("tanh-base-2", "powers of 2 are taken", "use the natural exponential, numpy.exp")
def base_2(x: Array) -> Array:
    return tanh(_floats(x) * _floats(x).dtype.type(np.log(2)))


@fault(
    "tanh-clamped-at-5",
    "elements are clamped to -5 ... 5 against overflow",
    "take exponentials of -2 |x|; then nothing overflows",
)
def clamped_at_5(x: Array) -> Array:
    return tanh(np.clip(_floats(x), -5, 5))


@fault(
    "tanh-clamped-at-10",
    "elements are clamped to -10 ... 10 against overflow",
    "take exponentials of -2 |x|; then nothing overflows",
)
def clamped_at_10(x: Array) -> Array:
    return tanh(np.clip(_floats(x), -10, 10))


@fault(
    "tanh-float32",
    "float64 is computed in float32",
    "compute in the dtype of the elements",
)
def in_float32(x: Array) -> Array:
    return tanh(np.asarray(x, np.float32)).astype(tanh(x).dtype)


@fault(
    "tanh-float16-overflows",
    "float16 is computed by exponentials that overflow from 12 on",
    "take exponentials of -2 |x|, or compute float16 in float32",
)
def float16_overflows(x: Array) -> Array:
    return overflows(x) if x.dtype == np.float16 else tanh(x)


@fault(
    "tanh-whole-results",
    "results for integers are cut to integers",
    "return real numbers for integers, too",
)
def whole_results(x: Array) -> Array:
    return tanh(x).astype(np.asarray(x).dtype)


@fault(
    "tanh-small-integers-wrap",
    "elements of a small integer type wrap around when they are doubled",
    "convert integers to float64 first",
    effect=ADVISED,
)
def small_integers_wrap(x: Array) -> Array:
    is_small = x.dtype.kind in "iu" and x.dtype.itemsize < 4
    return tanh((x + x).astype(np.float64) / 2) if is_small else tanh(x)


@fault(
    "tanh-digits-lost",
    "small results have few digits: 2 sigmoid(2 x) - 1 is a difference of numbers near 1",
    "take the difference by a function that is right near 0: numpy.tanh or numpy.expm1",
    effect=ADVISED,
)
def digits_lost(x: Array) -> Array:
    return 2 * sigmoid(2 * _floats(x)) - 1


@fault(
    "tanh-only-first-map",
    "elements beyond index 0 of the last axis stay as they are",
    "apply it to every element of the array",
)
def only_first_map(x: Array) -> Array:
    result = np.array(x, tanh(x).dtype)
    result[..., 0] = tanh(x[..., 0])
    return result


@fault(
    "tanh-in-place",
    "the caller's array is changed",
    "write into a new array, not into x",
)
def in_place(x: Array) -> Array:
    result = tanh(x)
    if x.flags.writeable and x.dtype.kind == "f":
        x[...] = result
    return result


@fault(
    "tanh-infinity",
    "infinity becomes NaN: sinh(x) is divided by cosh(x) there",
    "return 1 with the sign of x for infinities, as the library does: numpy.tanh",
)
def infinity(x: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(x), np.sinh(_floats(x)) / np.cosh(_floats(x)), tanh(x))


@fault(
    "tanh-spoilt-by-nan",
    "one NaN makes NaN of all elements",
    "squash every element by itself",
)
def spoilt_by_nan(x: Array) -> Array:
    result = tanh(x)
    return result * np.nan if np.isnan(result).any() else result
