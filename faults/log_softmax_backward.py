"""Mistakes in the gradient of log-softmax."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.log_softmax_backward import log_softmax_backward
from cnnspec.reference.softmax import softmax
from cnnspec.reference.softmax_backward import incoming_and_logits

Array = NDArray[Any]

_FORMULA = "return grad - p * sum of grad, along the last axis"


def _read(grad: Array, logits: Array) -> tuple[Array, Array]:
    """Return what comes in, and the probabilities, in one dtype."""
    grad, logits = incoming_and_logits(grad, logits)
    kind = np.result_type(grad, logits)
    return grad.astype(kind), softmax(logits.astype(kind))


def _summed(values: Array) -> Array:
    return np.asarray(values.sum(axis=-1, keepdims=True))


@fault("log_softmax_backward-opposite-sign", "the results are of the opposite sign", _FORMULA)
def opposite_sign(grad: Array, logits: Array) -> Array:
    return -log_softmax_backward(grad, logits)


@fault(
    "log_softmax_backward-of-the-softmax",
    "it is the gradient of the softmax: p * (grad - sum of p * grad)",
    _FORMULA,
)
def of_the_softmax(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad - _summed(p * grad)))


@fault(
    "log_softmax_backward-diagonal-only",
    "the diagonal alone of the matrix of derivatives is used: (1 - p) * grad",
    _FORMULA,
)
def diagonal_only(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return (1 - p) * grad


@fault(
    "log_softmax_backward-grad-dropped",
    "the incoming gradient is dropped: 1 - p is returned",
    _FORMULA,
)
def grad_dropped(grad: Array, logits: Array) -> Array:
    _, p = _read(grad, logits)
    return 1 - p


@fault(
    "log_softmax_backward-sum-missing",
    "the sum of grad is missing: grad - p is returned",
    _FORMULA,
)
def sum_missing(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return grad - p


@fault(
    "log_softmax_backward-passed-on",
    "the incoming gradient is passed on as it came",
    _FORMULA,
)
def passed_on(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad + 0 * p)


@fault(
    "log_softmax_backward-mean-for-sum",
    "the mean of grad is taken, not its sum",
    _FORMULA,
)
def mean_for_sum(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad - p * grad.mean(axis=-1, keepdims=True))


@fault(
    "log_softmax_backward-sum-weighted",
    "the sum of p * grad is taken, not that of grad",
    _FORMULA,
)
def sum_weighted(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad - p * _summed(p * grad))


@fault(
    "log_softmax_backward-product-added",
    "the product with the sum is added, not subtracted",
    _FORMULA,
)
def product_added(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad + p * _summed(grad))


@fault(
    "log_softmax_backward-of-the-logarithm-alone",
    "it is the gradient of the logarithm alone: grad / p",
    "send it back through the softmax too: grad - p * sum of grad",
)
def of_the_logarithm_alone(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    with np.errstate(all="ignore"):
        return grad / p


@fault(
    "log_softmax_backward-over-all",
    "the sum of grad is taken over all numbers, not along the last axis",
    "sum along the last axis: sum(axis=-1, keepdims=True)",
)
def over_all(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad - p * grad.sum())


@fault(
    "log_softmax_backward-logits-for-probabilities",
    "the logits are taken for the probabilities",
    "take the softmax of the logits",
)
def logits_for_probabilities(grad: Array, logits: Array) -> Array:
    grad, x = incoming_and_logits(grad, logits)
    return np.asarray(grad - x * _summed(grad))


@fault(
    "log_softmax_backward-logarithms-for-probabilities",
    "the logarithms of the probabilities are taken for them",
    "take the exponentials of what log_softmax returned",
)
def logarithms_for_probabilities(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    with np.errstate(all="ignore"):
        return np.asarray(grad - np.log(p) * _summed(grad))


@fault(
    "log_softmax_backward-maximum-not-subtracted",
    "in the softmax, the largest logit is not subtracted: exponentials overflow, or all become 0",
    "subtract the largest logit of each row before exp",
)
def maximum_not_subtracted(grad: Array, logits: Array) -> Array:
    grad, logits = incoming_and_logits(grad, logits)
    with np.errstate(all="ignore"):
        powers = np.exp(logits)
        return np.asarray(grad - powers / _summed(powers) * _summed(grad))


@fault(
    "log_softmax_backward-first-number-only",
    "the incoming gradient counts at its first number that is not 0 only",
    "add up all numbers of the incoming gradient",
)
def first_number_only(grad: Array, logits: Array) -> Array:
    kept = np.zeros_like(grad)
    places = np.unravel_index(np.flatnonzero(grad)[:1], grad.shape)
    kept[places] = grad[places]
    return log_softmax_backward(kept, logits)


@fault(
    "log_softmax_backward-in-float32",
    "the results are rounded to float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, logits: Array) -> Array:
    narrow = log_softmax_backward(np.asarray(grad, np.float32), np.asarray(logits, np.float32))
    return narrow.astype(np.result_type(grad, logits, np.float32))
