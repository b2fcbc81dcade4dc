"""Mistakes in log-softmax."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.log_softmax import log_softmax
from cnnspec.reference.softmax import softmax

Array = NDArray[Any]


def _of_powers(logits: Array, largest: Any, axis: Any = -1) -> Array:
    """Return the logarithms where any numbers are subtracted before the exponential."""
    log_softmax(logits)
    below = logits - largest
    return np.asarray(below - np.log(np.exp(below).sum(axis=axis, keepdims=True)))


def _largest(logits: Array) -> Array:
    found: Array = logits.max(axis=-1, keepdims=True)
    return found


# --- exponentials and sums -------------------------------------------------------------------


@fault(
    "log_softmax-overflows",
    "the largest logit is not subtracted, so that exp overflows to infinity",
    "subtract the largest logit of each row before the exponential",
    seen="tutorials: x - x.exp().sum(-1).log()",
)
def overflows(logits: Array) -> Array:
    return _of_powers(logits, logits.dtype.type(0))


@fault(
    "log_softmax-maximum-of-0",
    "the search for the largest logit starts at 0, so that very low logits underflow",
    "subtract the largest logit itself: logits.max(axis=-1, keepdims=True)",
)
def maximum_of_0(logits: Array) -> Array:
    return _of_powers(logits, np.maximum(_largest(logits), 0))


@fault(
    "log_softmax-maximum-of-all-rows",
    "all rows share one maximum, so that the sums of low rows are 0",
    "take the maximum along the last axis: max(axis=-1, keepdims=True)",
)
def maximum_of_all_rows(logits: Array) -> Array:
    return _of_powers(logits, logits.max())


@fault(
    "log_softmax-mean-subtracted",
    "the mean of the logits is subtracted instead of the largest, so that exp can overflow",
    "subtract the largest logit before the exponential",
)
def mean_subtracted(logits: Array) -> Array:
    return _of_powers(logits, logits.mean(axis=-1, keepdims=True))


@fault(
    "log_softmax-first-axis",
    "rows are normalised down the columns",
    "normalise along the last axis",
    seen="dim=0, or a default axis",
)
def first_axis(logits: Array) -> Array:
    log_softmax(logits)
    return np.asarray(log_softmax(np.asarray(logits).T).T)


@fault(
    "log_softmax-over-all",
    "all rows share one maximum and one sum",
    "take maximum and sum along the last axis: axis=-1, keepdims=True",
)
def over_all(logits: Array) -> Array:
    log_softmax(logits)
    return log_softmax(logits.reshape(-1)).reshape(logits.shape)


@fault(
    "log_softmax-sum-over-all-rows",
    "all rows share one sum of exponentials",
    "sum along the last axis: sum(axis=-1, keepdims=True)",
)
def sum_over_all_rows(logits: Array) -> Array:
    return _of_powers(logits, _largest(logits), axis=None)


@fault(
    "log_softmax-sums-without-keepdims",
    "the logarithm of each row's sum is subtracted along the wrong axis where rows and classes"
    " are as many",
    "keep the axis of the sums: sum(axis=-1, keepdims=True)",
    seen="NumPy's broadcasting",
)
def sums_without_keepdims(logits: Array) -> Array:
    right = log_softmax(logits)
    if logits.ndim != 2 or logits.shape[0] != logits.shape[1]:
        return right
    below = logits - _largest(logits)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1)))


@fault(
    "log_softmax-sum-not-scaled-anew",
    "maximum and sum are found in one pass, and the sum is not scaled anew when a larger logit"
    " comes",
    "multiply the sum by exp(old maximum - new maximum) when the maximum changes",
    seen="online softmax",
)
def sum_not_scaled_anew(logits: Array) -> Array:
    log_softmax(logits)
    largest = np.maximum.accumulate(logits, axis=-1)
    with np.errstate(invalid="ignore"):
        total = np.exp(logits - largest).sum(axis=-1, keepdims=True)
        return np.asarray((logits - largest[..., -1:]) - np.log(total))


@fault(
    "log_softmax-first-block-masked-nan",
    "a first block of logits at minus infinity makes the row NaN: the first block's maximum is"
    " minus infinity",
    "leave the sum at 0 while the largest logit so far is minus infinity",
    seen="online softmax",
)
def first_block_masked_nan(logits: Array) -> Array:
    right = log_softmax(logits)
    block = logits[..., :4]
    masked = (block == -np.inf).all(axis=-1, keepdims=True) & (logits.shape[-1] > block.shape[-1])
    return np.where(masked, right.dtype.type(np.nan), right)


@fault(
    "log_softmax-sum-of-the-others",
    "each class's own exponential is left out of its sum",
    "sum the exponentials of all classes",
)
def sum_of_the_others(logits: Array) -> Array:
    right = log_softmax(logits)
    with np.errstate(all="ignore"):
        return np.asarray(right - np.log1p(-np.exp(right)))


@fault(
    "log_softmax-mean-of-the-exponentials",
    "the logarithm of the mean of the exponentials is subtracted",
    "subtract the logarithm of their sum",
)
def mean_of_the_exponentials(logits: Array) -> Array:
    return np.asarray(log_softmax(logits) + logits.dtype.type(np.log(logits.shape[-1])))


@fault(
    "log_softmax-one-in-the-sum",
    "1 is added to the sum of the exponentials",
    "take the logarithm of the sum itself: numpy.log, not numpy.log1p",
    seen="log1p in the place of log",
)
def one_in_the_sum(logits: Array) -> Array:
    log_softmax(logits)
    below = logits - _largest(logits)
    return np.asarray(below - np.log1p(np.exp(below).sum(axis=-1, keepdims=True)))


@fault(
    "log_softmax-remainder-of-8-not-summed",
    "classes beyond the last full block of 8 are not summed",
    "sum the remainder too",
    seen="vectorised code",
)
def remainder_of_8_not_summed(logits: Array) -> Array:
    right = log_softmax(logits)
    full = logits.shape[-1] // 8 * 8
    if not full or full == logits.shape[-1]:
        return right
    with np.errstate(all="ignore"):
        below = logits - _largest(logits)
        total = np.exp(below[..., :full]).sum(axis=-1, keepdims=True)
        return np.asarray(below - np.log(total)).astype(right.dtype)


# --- logarithms ------------------------------------------------------------------------------


@fault(
    "log_softmax-logarithm-of-0",
    "the logarithm of the softmax is taken: where a probability was rounded to 0 it is minus"
    " infinity",
    "return (x - max) - log(sum(exp(x - max))): no probability is in it",
    seen="np.log(softmax(x)); the ONNX reference evaluator",
)
def logarithm_of_0(logits: Array) -> Array:
    log_softmax(logits)
    with np.errstate(divide="ignore"):
        return np.log(softmax(logits))


@fault(
    "log_softmax-epsilon",
    "a small constant is added to the probability inside the logarithm",
    "return (x - max) - log(sum(exp(x - max))): nothing in it is 0",
    seen="np.log(softmax(x) + 1e-9)",
)
def epsilon(logits: Array) -> Array:
    log_softmax(logits)
    return np.asarray(np.log(softmax(logits) + logits.dtype.type(1e-7)))


@fault(
    "log_softmax-clipped",
    "probabilities are clipped to the range from 1e-7 to 1 - 1e-7",
    "return (x - max) - log(sum(exp(x - max))): nothing in it is 0",
)
def clipped(logits: Array) -> Array:
    log_softmax(logits)
    return np.asarray(np.log(np.clip(softmax(logits), 1e-7, 1 - 1e-7)))


@fault(
    "log_softmax-cut-off-at-100",
    "logarithms below -100 are -100",
    "return them as they are: they are finite",
    seen="torch.nn.BCELoss, which cuts its logarithms off there",
)
def cut_off_at_100(logits: Array) -> Array:
    return np.asarray(np.maximum(log_softmax(logits), -100))


@fault(
    "log_softmax-late-subtraction",
    "the largest logit is added to the logarithm of the sum before it is subtracted, so that both"
    " are rounded as numbers of that size",
    "subtract the largest logit first: (x - max) - log(sum(exp(x - max)))",
    seen="x - logsumexp(x); pytorch/pytorch issue 11752",
)
def late_subtraction(logits: Array) -> Array:
    log_softmax(logits)
    largest = _largest(logits)
    total = np.exp(logits - largest).sum(axis=-1, keepdims=True)
    return np.asarray(logits - (largest + np.log(total)))


@fault(
    "log_softmax-maximum-not-subtracted-again",
    "the largest logit is subtracted in the sum alone, and not from the logits",
    "subtract it from the logits, too",
)
def maximum_not_subtracted_again(logits: Array) -> Array:
    return np.asarray(log_softmax(logits) + _largest(logits))


@fault(
    "log_softmax-logarithm-added",
    "the logarithm of the sum is added",
    "subtract it",
)
def logarithm_added(logits: Array) -> Array:
    below = logits - _largest(logits)
    with np.errstate(invalid="ignore"):
        return np.asarray(2 * below - log_softmax(logits))


@fault(
    "log_softmax-no-sum",
    "the logits are returned, less the largest: the sum is missing",
    "subtract the logarithm of the sum of the exponentials, too",
)
def no_sum(logits: Array) -> Array:
    log_softmax(logits)
    return np.asarray(logits - _largest(logits))


@fault("log_softmax-base-2", "logarithms to base 2 are returned", "use the natural logarithm")
def base_2(logits: Array) -> Array:
    return np.asarray(log_softmax(logits) / np.log(2))


@fault("log_softmax-base-10", "logarithms to base 10 are returned", "use the natural logarithm")
def base_10(logits: Array) -> Array:
    return np.asarray(log_softmax(logits) / np.log(10))


@fault(
    "log_softmax-no-logarithm",
    "probabilities are returned: the logarithm is missing",
    "return the logarithms of the probabilities",
)
def no_logarithm(logits: Array) -> Array:
    return softmax(logits)


@fault("log_softmax-sign", "the sign is that of a loss: -log(p)", "return log(p)")
def sign(logits: Array) -> Array:
    return -log_softmax(logits)


@fault(
    "log_softmax-softmax-twice",
    "probabilities are taken for logits: a softmax is applied to a softmax",
    "apply softmax once: the logits are given",
    seen="a softmax layer before torch.nn.LogSoftmax",
)
def softmax_twice(logits: Array) -> Array:
    return log_softmax(softmax(logits))


@fault(
    "log_softmax-sigmoid",
    "logarithms of sigmoids are returned: each logit is taken by itself",
    "subtract the logarithm of the sum over all classes",
    seen="torch.nn.LogSigmoid",
)
def sigmoid(logits: Array) -> Array:
    log_softmax(logits)
    return np.asarray(-np.logaddexp(0, -logits))


@fault(
    "log_softmax-clamped-at-50",
    "logits are clamped to -50 ... 50 against overflow, which makes large ones equal",
    "subtract the largest logit; then nothing overflows",
)
def clamped_at_50(logits: Array) -> Array:
    return log_softmax(np.clip(logits, -50, 50))


@fault(
    "log_softmax-minus-infinity-made-finite",
    "a class at minus infinity gets the lowest finite number",
    "leave it at minus infinity",
    seen="numpy.nan_to_num",
)
def minus_infinity_made_finite(logits: Array) -> Array:
    right = log_softmax(logits)
    return np.where(right == -np.inf, np.finfo(right.dtype).min, right)


# --- numbers, rows ---------------------------------------------------------------------------


@fault(
    "log_softmax-float32-inside",
    "exponentials and logarithm are computed in float32, whatever the logits are",
    "compute in the dtype of the logits",
)
def float32_inside(logits: Array) -> Array:
    found = log_softmax(logits.astype(np.float32))
    return found.astype(logits.dtype if logits.dtype.kind == "f" else np.float64)


@fault(
    "log_softmax-result-of-the-logits-type",
    "logarithms of integer logits are stored as integers",
    "convert integers to float64 first",
    seen="numpy.zeros_like(logits)",
)
def result_of_the_logits_type(logits: Array) -> Array:
    found = log_softmax(logits)
    return found if logits.dtype.kind == "f" else np.trunc(found).astype(np.int64)


@fault(
    "log_softmax-small-integers-wrap",
    "logits of a small integer type wrap around when the largest is subtracted",
    "convert integers to float64 first",
    effect=ADVISED,
)
def small_integers_wrap(logits: Array) -> Array:
    log_softmax(logits)
    return _in_their_type(logits) if logits.dtype.kind in "iu" else log_softmax(logits)


def _in_their_type(logits: Array) -> Array:
    with np.errstate(all="ignore"):  # what has wrapped may overflow in a small type, too
        below = logits - _largest(logits)
        return np.asarray(below - np.log(np.sum(np.exp(below), axis=-1, keepdims=True)))


@fault(
    "log_softmax-last-row-zero",
    "the last row of several is 0: the loop ends too early",
    "run over all rows: range(len(logits))",
)
def last_row_zero(logits: Array) -> Array:
    found = log_softmax(logits)
    if logits.ndim > 1 and len(logits) > 1:
        found[-1] = 0
    return found


@fault(
    "log_softmax-rows-beyond-64-zero",
    "rows beyond the first 64 are 0",
    "run over all rows, in as many blocks as there are",
)
def rows_beyond_64_zero(logits: Array) -> Array:
    found = log_softmax(logits)
    if logits.ndim == 2:
        found[64:] = 0
    return found


@fault(
    "log_softmax-beyond-4095-zero",
    "classes beyond the first 4095 are 0: a counter of 12 bits",
    "count with more bits",
)
def beyond_4095_zero(logits: Array) -> Array:
    found = log_softmax(logits)
    found[..., 4095:] = 0
    return found


@fault(
    "log_softmax-nan-spoils-all-rows",
    "a row that holds NaN makes all rows NaN",
    "look at each row by itself",
)
def nan_spoils_all_rows(logits: Array) -> Array:
    found = log_softmax(logits)
    return found * np.nan if np.isnan(logits).any() else found
