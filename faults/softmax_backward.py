"""Mistakes in the gradient of softmax."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.softmax import softmax
from cnnspec.reference.softmax_backward import incoming_and_logits, softmax_backward

Array = NDArray[Any]

_FORMULA = "return p * (grad - sum of p * grad), along the last axis"


def _read(grad: Array, logits: Array) -> tuple[Array, Array]:
    """Return what comes in, and the probabilities, in one dtype."""
    grad, logits = incoming_and_logits(grad, logits)
    kind = np.result_type(grad, logits)
    return grad.astype(kind), softmax(logits.astype(kind))


def _summed(values: Array) -> Array:
    return np.asarray(values.sum(axis=-1, keepdims=True))


@fault("softmax_backward-opposite-sign", "the results are of the opposite sign", _FORMULA)
def opposite_sign(grad: Array, logits: Array) -> Array:
    return -softmax_backward(grad, logits)


@fault(
    "softmax_backward-diagonal-only",
    "the diagonal alone of the matrix of derivatives is used: p * (1 - p) * grad",
    _FORMULA,
    seen="a reported bug of the kind",
)
def diagonal_only(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (1 - p) * grad)


@fault(
    "softmax_backward-jacobian-of-the-logits",
    "the matrix of derivatives is made of the logits, not of the probabilities",
    "keep what softmax returned for its gradient, not what it was given",
    seen="a reported bug of the kind",
)
def jacobian_of_the_logits(grad: Array, logits: Array) -> Array:
    grad, x = incoming_and_logits(grad, logits)
    return np.asarray(x * (grad - _summed(x * grad)))


@fault(
    "softmax_backward-passed-on",
    "the incoming gradient is passed on as it came: p * grad / p",
    _FORMULA,
    seen="a reported bug of the kind",
)
def passed_on(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad + 0 * p)


@fault(
    "softmax_backward-first-number-only",
    "the incoming gradient counts at its first number that is not 0 only",
    "add up all that comes in: only a loss of one class has a single number that is not 0",
    seen="article 2's second part, for a loss that has one",
)
def first_number_only(grad: Array, logits: Array) -> Array:
    kept = np.zeros_like(grad)
    places = np.unravel_index(np.flatnonzero(grad)[:1], grad.shape)
    kept[places] = grad[places]
    return softmax_backward(kept, logits)


@fault(
    "softmax_backward-grad-dropped",
    "the incoming gradient is dropped: p * (1 - p) is returned",
    _FORMULA,
    seen="a reported bug of the kind",
)
def grad_dropped(grad: Array, logits: Array) -> Array:
    _, p = _read(grad, logits)
    return np.asarray(p * (1 - p))


@fault(
    "softmax_backward-p-less-1",
    "p - 1 is returned, at every class",
    _FORMULA,
)
def p_less_1(grad: Array, logits: Array) -> Array:
    _, p = _read(grad, logits)
    return p - 1


@fault(
    "softmax_backward-less-grad",
    "p - grad is returned, as if grad were the label",
    _FORMULA,
)
def less_grad(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return p - grad


@fault(
    "softmax_backward-sum-not-weighted",
    "the sum of grad is subtracted, not that of p * grad",
    "weight what comes in by the probabilities before it is summed",
)
def sum_not_weighted(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad - _summed(grad)))


@fault(
    "softmax_backward-mean-for-sum",
    "the mean of p * grad is subtracted, not their sum",
    _FORMULA,
)
def mean_for_sum(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad - _summed(p * grad) / p.shape[-1]))


@fault(
    "softmax_backward-sum-missing",
    "the sum is not subtracted: p * grad is returned",
    _FORMULA,
)
def sum_missing(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return p * grad


@fault(
    "softmax_backward-sum-added",
    "the sum is added, not subtracted",
    "entries off the diagonal are -p[i] * p[j]",
)
def sum_added(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad + _summed(p * grad)))


@fault(
    "softmax_backward-diagonal-left-out",
    "the diagonal of the matrix of derivatives is left out",
    "the diagonal is p * (1 - p)",
)
def diagonal_left_out(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (p * grad - _summed(p * grad)))


@fault(
    "softmax_backward-diagonal-of-p",
    "the diagonal of the matrix of derivatives is p, not p * (1 - p)",
    "the diagonal is p * (1 - p)",
)
def diagonal_of_p(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad - _summed(p * grad) + p * grad))


@fault(
    "softmax_backward-factor-missing",
    "the factor p is missing: grad - sum of p * grad is returned",
    _FORMULA,
)
def factor_missing(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad - _summed(p * grad))


@fault(
    "softmax_backward-of-the-logarithm",
    "it is the gradient of the log-softmax: grad - p * sum of grad",
    _FORMULA,
)
def of_the_logarithm(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(grad - p * _summed(grad))


@fault(
    "softmax_backward-over-all",
    "the sum of p * grad is taken over all numbers, not along the last axis",
    "sum along the last axis: sum(axis=-1, keepdims=True)",
)
def over_all(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad - (p * grad).sum()))


@fault(
    "softmax_backward-along-the-first-axis",
    "the sum of p * grad is taken along the first axis, not the last",
    "sum along the last axis: sum(axis=-1, keepdims=True)",
)
def along_the_first_axis(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    return np.asarray(p * (grad - (p * grad).sum(axis=0, keepdims=True)))


@fault(
    "softmax_backward-softmax-twice",
    "a softmax is taken twice: the probabilities are taken for logits",
    "take the softmax of the logits once",
)
def softmax_twice(grad: Array, logits: Array) -> Array:
    return softmax_backward(grad, softmax(logits))


@fault(
    "softmax_backward-maximum-not-subtracted",
    "in the softmax, the largest logit is not subtracted: exponentials overflow, or all become 0",
    "subtract the largest logit of each row before exp",
)
def maximum_not_subtracted(grad: Array, logits: Array) -> Array:
    grad, logits = incoming_and_logits(grad, logits)
    with np.errstate(all="ignore"):
        powers = np.exp(logits)
        p = powers / _summed(powers)
        return np.asarray(p * (grad - _summed(p * grad)))


@fault(
    "softmax_backward-returned-in-the-loop",
    "it returns after the first row: the others are left at zero",
    "return after the loop, not in it",
    seen="a reported bug of the kind",
)
def returned_in_the_loop(grad: Array, logits: Array) -> Array:
    found = softmax_backward(grad, logits)
    if found.ndim > 1:
        found[1:] = 0
    return found


@fault(
    "softmax_backward-divided-by-rows",
    "the results are divided by the number of rows",
    "divide in the loss, if at all: nothing is averaged inside a layer",
    seen="courses that keep 1/N in the layers",
)
def divided_by_rows(grad: Array, logits: Array) -> Array:
    found = softmax_backward(grad, logits)
    rows = found.size // found.shape[-1]
    return np.asarray((found / max(rows, 1)).astype(found.dtype))


@fault(
    "softmax_backward-in-float32",
    "the results are rounded to float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, logits: Array) -> Array:
    narrow = softmax_backward(np.asarray(grad, np.float32), np.asarray(logits, np.float32))
    return narrow.astype(np.result_type(grad, logits, np.float32))


@fault(
    "softmax_backward-clipped",
    "probabilities are clipped to the range from 1e-07 to 1 - 1e-07",
    "use the probabilities as they are: the gradient needs no logarithm",
)
def clipped(grad: Array, logits: Array) -> Array:
    grad, p = _read(grad, logits)
    p = np.clip(p, 1e-7, 1 - 1e-7).astype(p.dtype)
    return np.asarray(p * (grad - _summed(p * grad)))


@fault(
    "softmax_backward-grad-cut",
    "an incoming gradient that is longer than the logits is cut off",
    "raise a ValueError where grad has not the shape of the logits",
    effect=ADVISED,
)
def grad_cut(grad: Array, logits: Array) -> Array:
    shape = np.shape(logits)
    if np.ndim(grad) == len(shape):
        grad = grad[tuple(map(slice, shape))]
    return softmax_backward(grad, logits)
