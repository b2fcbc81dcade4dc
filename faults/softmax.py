"""Mistakes in softmax."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.softmax import softmax

Array = NDArray[Any]


@fault(
    "softmax-no-exponential",
    "the logits are divided by their sum: the exponential is missing",
    "take the exponential of each logit first",
)
def no_exponential(logits: Array) -> Array:
    softmax(logits)
    return np.asarray(logits / np.sum(logits, axis=-1, keepdims=True))


@fault(
    "softmax-overflows",
    "the largest logit is not subtracted, so that exp overflows to infinity and NaN",
    "subtract the largest logit before the exponential",
    seen="article 2, Softmax",
)
def overflows(logits: Array) -> Array:
    softmax(logits)
    exponentials = np.exp(logits)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


@fault(
    "softmax-maximum-of-0",
    "the search for the largest logit starts at 0, so that very low logits underflow",
    "subtract the largest logit itself: logits.max(axis=-1, keepdims=True)",
)
def maximum_of_0(logits: Array) -> Array:
    softmax(logits)
    largest = np.maximum(np.max(logits, axis=-1, keepdims=True), 0)
    exponentials = np.exp(logits - largest)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


@fault(
    "softmax-sum-over-all-rows",
    "all rows share one sum",
    "sum along the last axis: sum(axis=-1, keepdims=True)",
)
def sum_over_all_rows(logits: Array) -> Array:
    softmax(logits)
    exponentials = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum())


@fault(
    "softmax-maximum-of-all-rows",
    "all rows share one maximum, so that low rows underflow",
    "take the maximum along the last axis: max(axis=-1, keepdims=True)",
)
def maximum_of_all_rows(logits: Array) -> Array:
    softmax(logits)
    exponentials = np.exp(logits - np.max(logits))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


@fault("softmax-base-2", "powers of 2 are taken", "use the natural exponential, numpy.exp")
def base_2(logits: Array) -> Array:
    return softmax(np.asarray(logits) * np.log(2))


@fault("softmax-logarithm", "logarithms of the probabilities are returned", "return exp of them")
def logarithm(logits: Array) -> Array:
    return np.log(softmax(logits))


@fault("softmax-sigmoid", "each logit is squashed by itself (sigmoid)", "divide by the sum of all")
def sigmoid(logits: Array) -> Array:
    softmax(logits)
    return np.asarray(1 / (1 + np.exp(-np.asarray(logits))))


@fault(
    "softmax-epsilon",
    "a small constant is added to the sum",
    "divide by the sum itself; after subtracting the maximum it is at least 1",
)
def epsilon(logits: Array) -> Array:
    softmax(logits)
    exponentials = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return np.asarray(exponentials / (exponentials.sum(axis=-1, keepdims=True) + 1e-9))


@fault(
    "softmax-first-axis",
    "rows are normalised down the columns",
    "normalise along the last axis",
)
def first_axis(logits: Array) -> Array:
    softmax(logits)
    return np.asarray(softmax(np.asarray(logits).T).T)


@fault(
    "softmax-small-integers-wrap",
    "logits of a small integer type wrap around when the largest is subtracted",
    "convert integers to float64 first",
    seen="scipy.special.softmax",
    effect=ADVISED,
)
def small_integers_wrap(logits: Array) -> Array:
    softmax(logits)
    if logits.dtype.kind not in "iu":
        return softmax(logits)
    with np.errstate(all="ignore"):  # what has wrapped may overflow in a small type, too
        exponentials = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
        return np.asarray(exponentials / np.sum(exponentials, axis=-1, keepdims=True))


@fault(
    "softmax-mean-subtracted",
    "the mean of the logits is subtracted instead of the largest, so that exp can overflow",
    "subtract the largest logit before the exponential",
)
def mean_subtracted(logits: Array) -> Array:
    softmax(logits)
    exponentials = np.exp(logits - np.mean(logits, axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


@fault(
    "softmax-clamped-at-50",
    "logits are clamped to -50 ... 50 against overflow, which makes large ones equal",
    "subtract the largest logit; then nothing overflows",
)
def clamped_at_50(logits: Array) -> Array:
    return softmax(np.clip(logits, -50, 50))


@fault(
    "softmax-one-in-the-sum",
    "1 is added to the sum of the exponentials",
    "divide by the sum itself",
)
def one_in_the_sum(logits: Array) -> Array:
    zeros = np.zeros_like(logits[..., :1])
    return softmax(np.concatenate([logits, zeros], axis=-1))[..., :-1]


@fault(
    "softmax-twice",
    "softmax is applied to its own result",
    "apply softmax once: to the logits",
    seen="a softmax layer before a loss that contains one",
)
def twice(logits: Array) -> Array:
    return softmax(softmax(logits))
