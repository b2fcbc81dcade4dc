"""Mistakes in ReLU."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.relu import relu

Array = NDArray[Any]


@fault(
    "relu-identity",
    "x itself is returned: in numpy.max(x, 0) the 0 is an axis",
    "take the larger of each element and 0: numpy.maximum(x, 0)",
    seen="article 1, relu",
)
def identity(x: Array) -> Array:
    relu(x)
    return np.array(x)


@fault(
    "relu-no-return",
    "nothing is returned",
    "end the function with a return statement",
    seen="article 1, relu",
)
def no_return(x: Array) -> None:
    relu(x)


@fault(
    "relu-leaky",
    "negative elements become a hundredth of themselves",
    "return 0 for what is not larger than 0",
)
def leaky(x: Array) -> Array:
    return np.where(x > 0, x, np.asarray(x) * 0.01)


@fault("relu-absolute", "negative elements lose their sign", "return 0 for negative elements")
def absolute(x: Array) -> Array:
    return np.abs(x)


@fault("relu-ends-at-6", "elements above 6 become 6 (ReLU6)", "return large elements as they are")
def ends_at_6(x: Array) -> Array:
    return np.clip(x, 0, 6)


@fault(
    "relu-step",
    "positive elements become 1 (the derivative of ReLU)",
    "return positive elements as they are",
)
def step(x: Array) -> Array:
    return np.asarray(np.asarray(x) > 0, float)


@fault(
    "relu-in-place",
    "the caller's array is changed",
    "write into a new array: numpy.maximum(x, 0), not x[x < 0] = 0",
)
def in_place(x: Array) -> Array:
    result = relu(x)
    if x.flags.writeable:
        x[...] = result
    return result


@fault(
    "relu-mask",
    "minus infinity becomes NaN: x is multiplied by a mask, or its absolute value is added",
    "choose one of the two instead of multiplying: numpy.maximum or numpy.where",
)
def mask(x: Array) -> Array:
    return np.asarray(x) * (np.asarray(x) > 0)


@fault(
    "relu-exponential-below-0",
    "negative elements become exp(x) - 1 (ELU)",
    "return 0 for negative elements",
)
def exponential_below_0(x: Array) -> Array:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@fault(
    "relu-only-first-map",
    "elements beyond index 0 of the last axis stay as they are",
    "apply it to every element of the array",
)
def only_first_map(x: Array) -> Array:
    result = np.array(x)
    result[..., 0] = relu(x[..., 0])
    return result


@fault(
    "relu-bytes-signed",
    "unsigned bytes are taken for signed ones: 200 counts as -56 and becomes 0",
    "compare elements in their own type, or convert them to float64",
)
def bytes_signed(x: Array) -> Array:
    return relu(x.astype(np.int8) if x.dtype == np.uint8 else x)


@fault(
    "relu-small-elements-zero",
    "elements below a millionth become 0",
    "return every element larger than 0 as it is: small numbers are not noise",
)
def small_elements_zero(x: Array) -> Array:
    return np.where(np.asarray(x) < 1e-6, 0, x)
