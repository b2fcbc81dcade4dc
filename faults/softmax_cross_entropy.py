"""Mistakes in the loss of logits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.softmax import softmax
from cnnspec.reference.softmax_cross_entropy import softmax_cross_entropy

Array = NDArray[Any]


def _chosen(values: Array, label: Any) -> Array:
    """Return the label's number of each row."""
    labels = np.asarray(label)[..., np.newaxis].astype(np.intp)
    return np.take_along_axis(values, labels, axis=-1)[..., 0]


def _wide(label: Any) -> Array:
    """Return whole labels as int64, which holds numbers that their own type may not."""
    labels = np.asarray(label)
    return labels.astype(np.int64) if labels.dtype.kind in "iu" else labels


def _of_powers(logits: Array, largest: Any, label: Any, axis: Any = -1) -> Any:
    """Return the loss where any numbers are subtracted before the exponential."""
    softmax_cross_entropy(logits, label)
    below = logits - largest
    total = np.exp(below).sum(axis=axis, keepdims=True)
    return -_chosen(below - np.log(total), label)


# --- exponentials ----------------------------------------------------------------------------


@fault(
    "softmax_cross_entropy-overflows",
    "the largest logit is not subtracted, so that exp overflows to infinity",
    "subtract the largest logit of each row before the exponential",
    seen="article 2, Softmax; the ONNX reference evaluator",
)
def overflows(logits: Array, label: Any) -> Any:
    return _of_powers(logits, logits.dtype.type(0), label)


@fault(
    "softmax_cross_entropy-maximum-of-0",
    "the search for the largest logit starts at 0, so that very low logits underflow",
    "subtract the largest logit itself: logits.max(axis=-1, keepdims=True)",
)
def maximum_of_0(logits: Array, label: Any) -> Any:
    return _of_powers(logits, np.maximum(logits.max(axis=-1, keepdims=True), 0), label)


@fault(
    "softmax_cross_entropy-maximum-of-all-rows",
    "all rows share one maximum, so that the sums of low rows are 0",
    "take the maximum along the last axis: max(axis=-1, keepdims=True)",
)
def maximum_of_all_rows(logits: Array, label: Any) -> Any:
    return _of_powers(logits, logits.max(), label)


@fault(
    "softmax_cross_entropy-mean-subtracted",
    "the mean of the logits is subtracted instead of the largest, so that exp can overflow",
    "subtract the largest logit before the exponential",
)
def mean_subtracted(logits: Array, label: Any) -> Any:
    return _of_powers(logits, logits.mean(axis=-1, keepdims=True), label)


@fault(
    "softmax_cross_entropy-first-axis",
    "the softmax of a batch runs down the columns, over its rows",
    "take maximum and sum along the last axis: axis=-1",
)
def first_axis(logits: Array, label: Any) -> Any:
    largest = logits.max(axis=0, keepdims=True)
    return _of_powers(logits, largest, label, axis=0)


@fault(
    "softmax_cross_entropy-sum-over-all-rows",
    "all rows share one sum of exponentials",
    "sum along the last axis: sum(axis=-1, keepdims=True)",
)
def sum_over_all_rows(logits: Array, label: Any) -> Any:
    return _of_powers(logits, logits.max(axis=-1, keepdims=True), label, axis=None)


@fault(
    "softmax_cross_entropy-maximum-not-returned",
    "the largest logit is subtracted before the sum, but not from the label's logit",
    "add the largest logit to the logarithm again, or subtract it from the label's logit too",
)
def maximum_not_returned(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, label) - logits.max(axis=-1)


@fault(
    "softmax_cross_entropy-late-subtraction",
    "the largest logit is added to the logarithm of the sum before the label's logit is subtracted,"
    " so that both are rounded as numbers of that size",
    "subtract the largest logit from the label's first: log(sum) - (logits[label] - max)",
    seen="scipy.special.logsumexp(logits) - logits[label]",
    effect=ADVISED,
)
def late_subtraction(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    values = logits.astype(np.float64) if logits.dtype.kind in "iu" else logits
    largest = values.max(axis=-1)
    total = np.exp(values - largest[..., np.newaxis]).sum(axis=-1)
    return (np.log(total) + largest) - _chosen(values, label)


@fault(
    "softmax_cross_entropy-sum-of-the-others",
    "the label's own exponential is left out of the sum",
    "sum the exponentials of all classes",
)
def sum_of_the_others(logits: Array, label: Any) -> Any:
    loss = softmax_cross_entropy(logits, label)
    with np.errstate(divide="ignore"):
        return loss + np.log1p(-np.exp(-loss))


@fault(
    "softmax_cross_entropy-sum-not-scaled-anew",
    "maximum and sum are found in one pass, and the sum is not scaled anew when a larger logit"
    " comes",
    "multiply the sum by exp(old maximum - new maximum) when the maximum changes",
)
def sum_not_scaled_anew(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    largest = np.maximum.accumulate(logits, axis=-1)
    with np.errstate(invalid="ignore"):
        total = np.exp(logits - largest).sum(axis=-1)
        return np.log(total) - (_chosen(logits, label) - largest[..., -1])


# --- logarithms ------------------------------------------------------------------------------


@fault(
    "softmax_cross_entropy-logarithm-of-0",
    "the logarithm of the softmax is taken: a probability that was rounded to 0 costs infinity",
    "return log(sum(exp(logits - max))) - (logits[label] - max)",
    seen="a loss behind a softmax layer",
)
def logarithm_of_0(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    with np.errstate(divide="ignore"):
        return -np.log(_chosen(softmax(logits), label))


@fault(
    "softmax_cross_entropy-epsilon",
    "a small constant is added to the probability inside the logarithm",
    "return log(sum(exp(logits - max))) - (logits[label] - max): nothing in it is 0",
    seen="a loss behind a softmax layer",
)
def epsilon(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return -np.log(_chosen(softmax(logits), label) + logits.dtype.type(1e-7))


@fault(
    "softmax_cross_entropy-clipped",
    "probabilities are clipped to the range from 1e-7 to 1 - 1e-7",
    "return log(sum(exp(logits - max))) - (logits[label] - max): nothing in it is 0",
    seen="Keras, on probabilities",
)
def clipped(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return -np.log(np.clip(_chosen(softmax(logits), label), 1e-7, 1 - 1e-7))


@fault("softmax_cross_entropy-base-2", "the logarithm to base 2 is taken", "use the natural one")
def base_2(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, label) / np.log(2)


@fault("softmax_cross_entropy-base-10", "the logarithm to base 10 is taken", "use the natural one")
def base_10(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, label) / np.log(10)


@fault("softmax_cross_entropy-sign", "the minus sign is missing", "return -log(p[label])")
def sign(logits: Array, label: Any) -> Any:
    return -softmax_cross_entropy(logits, label)


@fault(
    "softmax_cross_entropy-softmax-twice",
    "probabilities are taken for logits: a softmax is applied to a softmax",
    "apply softmax once: the logits are given",
    seen="a softmax layer before torch.nn.CrossEntropyLoss",
)
def softmax_twice(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(softmax(logits), label)


@fault(
    "softmax_cross_entropy-without-a-softmax",
    "logits are taken for probabilities: their logarithm is taken",
    "apply softmax to the logits first",
    seen="torch.nn.NLLLoss on logits",
)
def without_a_softmax(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    with np.errstate(all="ignore"):
        return -np.log(_chosen(logits, label))


@fault(
    "softmax_cross_entropy-zero-times-infinity",
    "a class at minus infinity makes the loss NaN: 0 times infinity in a one-hot sum",
    "index the right class instead of multiplying by a one-hot vector",
)
def zero_times_infinity(logits: Array, label: Any) -> Any:
    loss = softmax_cross_entropy(logits, label)
    with np.errstate(invalid="ignore"):
        return loss + (0 * logits).sum(axis=-1)


@fault(
    "softmax_cross_entropy-binary",
    "the terms ln(1 - p) of the other classes are added (binary cross-entropy)",
    "return -ln of the right class's probability alone",
)
def binary(logits: Array, label: Any) -> Any:
    loss = softmax_cross_entropy(logits, label)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.log1p(-softmax(logits))
        return loss - (others.sum(axis=-1) - _chosen(others, label))


@fault(
    "softmax_cross_entropy-smoothed",
    "a tenth of the loss is the mean over all classes (label smoothing)",
    "return the loss of the right class alone",
)
def smoothed(logits: Array, label: Any) -> Any:
    loss = softmax_cross_entropy(logits, label)
    return loss + (_chosen(logits, label) - logits.mean(axis=-1)) / 10


@fault(
    "softmax_cross_entropy-over-classes",
    "the loss is divided by the number of classes (a mean over the one-hot vector)",
    "do not divide",
)
def over_classes(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, label) / logits.shape[-1]


@fault(
    "softmax_cross_entropy-clamped-at-50",
    "logits are clamped to -50 ... 50 against overflow, which makes large ones equal",
    "subtract the largest logit; then nothing overflows",
)
def clamped_at_50(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(np.clip(logits, -50, 50), label)


# --- labels ----------------------------------------------------------------------------------


@fault(
    "softmax_cross_entropy-labels-from-1",
    "labels are counted from 1: label 0 takes the last class",
    "use logits[label]: labels are counted from 0",
    seen="ports from languages that count from 1",
)
def labels_from_1(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return softmax_cross_entropy(logits, (_wide(label) - 1) % logits.shape[-1])


@fault(
    "softmax_cross_entropy-class-after-the-label",
    "the class after the label is taken",
    "use logits[label]: labels are counted from 0",
)
def class_after_the_label(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return softmax_cross_entropy(logits, (_wide(label) + 1) % logits.shape[-1])


@fault(
    "softmax_cross_entropy-of-the-most-probable",
    "the loss is that of the most probable class",
    "use the logit of the label",
)
def of_the_most_probable(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return softmax_cross_entropy(logits, np.argmax(logits, axis=-1))


@fault(
    "softmax_cross_entropy-label-wraps",
    "a label beyond the classes starts again at 0",
    "raise a ValueError unless 0 <= label < classes",
)
def label_wraps(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, _wide(label) % logits.shape[-1])


@fault(
    "softmax_cross_entropy-label-clipped",
    "a label beyond the classes is taken for the last class",
    "raise a ValueError unless 0 <= label < classes",
    seen="jax.numpy indexing",
)
def label_clipped(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, np.minimum(_wide(label), logits.shape[-1] - 1))


@fault(
    "softmax_cross_entropy-negative-label",
    "a negative label counts from the end",
    "raise a ValueError unless 0 <= label < classes",
    effect=ADVISED,
)
def negative_label(logits: Array, label: Any) -> Any:
    classes, labels = logits.shape[-1], _wide(label)
    from_the_end = (labels < 0) & (labels >= -classes)
    return softmax_cross_entropy(logits, np.where(from_the_end, labels + classes, labels))


@fault(
    "softmax_cross_entropy-label-cut-off",
    "a label with a fraction is cut off to a whole number",
    "refuse labels that are no whole numbers: operator.index(label)",
)
def label_cut_off(logits: Array, label: Any) -> Any:
    return softmax_cross_entropy(logits, np.asarray(label).astype(np.int64))


@fault(
    "softmax_cross_entropy-label-in-a-byte",
    "labels are kept in a byte: label 256 is label 0",
    "keep labels as they are",
)
def label_in_a_byte(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return softmax_cross_entropy(logits, _wide(label) % 256)


@fault(
    "softmax_cross_entropy-label-in-15-bits",
    "labels are kept in 16 bits, one of them for the sign: label 32769 is another class",
    "keep labels as they are",
)
def label_in_15_bits(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    return softmax_cross_entropy(logits, _wide(label) % 2**15)


# --- batches ---------------------------------------------------------------------------------


@fault(
    "softmax_cross_entropy-mean-of-the-batch",
    "the mean of the losses of a batch is returned, one number",
    "return one loss for each row: reduction='none'",
    seen="torch.nn.functional.cross_entropy",
    effect=ADVISED,
)
def mean_of_the_batch(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    return losses.mean(dtype=np.float64).astype(losses.dtype) if losses.size else losses


@fault(
    "softmax_cross_entropy-sum-of-the-batch",
    "the sum of the losses of a batch is returned, one number",
    "return one loss for each row",
    effect=ADVISED,
)
def sum_of_the_batch(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    return losses.sum(dtype=np.float64).astype(losses.dtype) if losses.size else losses


@fault(
    "softmax_cross_entropy-mean-over-classes-too",
    "the losses of a batch are averaged over rows and classes",
    "divide by the number of rows alone, or return one loss for each row",
    seen="numpy.mean of a one-hot product",
)
def mean_over_classes_too(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    return losses.sum() / logits.size if logits.ndim > 1 else losses


@fault(
    "softmax_cross_entropy-divided-by-the-rows",
    "each loss of a batch is divided by the number of rows",
    "divide their sum, or nothing",
)
def divided_by_the_rows(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    return losses / len(logits) if logits.ndim > 1 else losses


@fault(
    "softmax_cross_entropy-label-of-the-first-row",
    "the label of the first row serves for all rows",
    "take the label of each row: logits[numpy.arange(rows), label]",
)
def label_of_the_first_row(logits: Array, label: Any) -> Any:
    softmax_cross_entropy(logits, label)
    labels = np.asarray(label)
    return softmax_cross_entropy(logits, np.full(labels.shape, labels.flat[0]))


@fault(
    "softmax_cross_entropy-last-row-zero",
    "the loss of the last row of a batch is 0: the loop ends too early",
    "run over all rows: range(len(logits))",
)
def last_row_zero(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    if logits.ndim > 1:
        losses[-1:] = 0
    return losses


@fault(
    "softmax_cross_entropy-every-label-of-every-row",
    "the mean of the losses of all rows for all labels is returned: logits[:, label]",
    "take the label of each row: logits[numpy.arange(rows), label]",
)
def every_label_of_every_row(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    if logits.ndim < 2:
        return losses
    return (losses + _chosen(logits, label) - logits[:, label].mean(axis=1)).mean()


@fault(
    "softmax_cross_entropy-losses-as-labels",
    "the losses of a batch are written into an array of the labels' type, which cuts them off",
    "write them into an array of the logits' type: numpy.zeros(rows)",
    seen="numpy.zeros_like(label)",
)
def losses_as_labels(logits: Array, label: Any) -> Any:
    losses = softmax_cross_entropy(logits, label)
    if logits.ndim < 2:
        return losses
    return np.nan_to_num(losses, posinf=0, neginf=0).astype(np.asarray(label).dtype)


@fault(
    "softmax_cross_entropy-square-labels-as-one-hot",
    "where there are as many labels as classes they are taken for one one-hot vector: the place of"
    " the largest of them is every row's label",
    "take labels for one-hot only where they have as many axes as the logits",
    seen="code that takes labels in both forms",
)
def square_labels_as_one_hot(logits: Array, label: Any) -> Any:
    labels = np.asarray(label)
    if labels.ndim == 1 and len(labels) == logits.shape[-1] > 0 and logits.ndim == 2:
        labels = np.full_like(labels, labels.argmax())
    return softmax_cross_entropy(logits, labels)


@fault(
    "softmax_cross_entropy-one-label-for-all-rows",
    "a single label is taken for the label of all rows",
    "raise a ValueError unless there are as many labels as rows",
    seen="NumPy's broadcasting",
    effect=ADVISED,
)
def one_label_for_all_rows(logits: Array, label: Any) -> Any:
    labels = np.asarray(label)
    rows = logits.shape[:-1]
    return softmax_cross_entropy(logits, np.resize(labels, rows) if labels.size == 1 else labels)


@fault(
    "softmax_cross_entropy-labels-left-over",
    "labels beyond the number of rows are left out, and rows without a label too",
    "raise a ValueError unless there are as many labels as rows",
    seen="zip",
)
def labels_left_over(logits: Array, label: Any) -> Any:
    labels = np.asarray(label)
    if logits.ndim < 2 or not labels.ndim or labels.size == 1:
        return softmax_cross_entropy(logits, label)
    rows = min(len(logits), len(labels))
    return softmax_cross_entropy(logits[:rows], labels[:rows])


# --- numbers ---------------------------------------------------------------------------------


@fault(
    "softmax_cross_entropy-float32-inside",
    "exponentials and logarithm are computed in float32, whatever the logits are",
    "compute in the dtype of the logits",
)
def float32_inside(logits: Array, label: Any) -> Any:
    loss = softmax_cross_entropy(logits.astype(np.float32), label)
    return loss.astype(logits.dtype if logits.dtype.kind == "f" else np.float64)


@fault(
    "softmax_cross_entropy-integers-divided",
    "losses of integer logits are stored as integers",
    "convert integers to float64 first",
)
def integers_divided(logits: Array, label: Any) -> Any:
    loss = softmax_cross_entropy(logits, label)
    return loss if logits.dtype.kind == "f" else np.trunc(loss).astype(np.int64)


@fault(
    "softmax_cross_entropy-small-integers-wrap",
    "logits of a small integer type wrap around when the largest is subtracted",
    "convert integers to float64 first",
    effect=ADVISED,
)
def small_integers_wrap(logits: Array, label: Any) -> Any:
    right = softmax_cross_entropy(logits, label)
    if logits.dtype.kind not in "iu":
        return right
    with np.errstate(all="ignore"):  # what has wrapped may overflow in a small type, too
        return _of_powers(logits, logits.max(axis=-1, keepdims=True), label)
