"""Mistakes in the gradient of the loss of logits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.softmax import softmax
from cnnspec.reference.softmax_cross_entropy import as_labels
from cnnspec.reference.softmax_cross_entropy_backward import softmax_cross_entropy_backward

Array = NDArray[Any]

_FORMULA = "return p - onehot(label): the probabilities, and 1 less at the label"


def _read(logits: Array, label: Any) -> tuple[Array, Array]:
    """Return the probabilities, and a one at each row's label, after a check of both."""
    found = softmax_cross_entropy_backward(logits, label)
    labels = as_labels(label, np.shape(logits))
    onehot = np.arange(found.shape[-1]) == labels[..., np.newaxis]
    return softmax(logits).astype(found.dtype), onehot.astype(found.dtype)


def _rows(logits: Array) -> int:
    return len(logits) if np.ndim(logits) > 1 else 1


@fault(
    "softmax_cross_entropy_backward-opposite-sign",
    "the sign is reversed: the label, less the probabilities, is returned",
    _FORMULA,
    seen="one public code of 17",
)
def opposite_sign(logits: Array, label: Any) -> Array:
    return -softmax_cross_entropy_backward(logits, label)


@fault(
    "softmax_cross_entropy_backward-onehot-forgotten",
    "the label is forgotten: the probabilities are returned",
    _FORMULA,
)
def onehot_forgotten(logits: Array, label: Any) -> Array:
    p, _ = _read(logits, label)
    return p


@fault(
    "softmax_cross_entropy_backward-p-less-1",
    "p - 1 is returned, at every class",
    "subtract 1 at the label alone",
)
def p_less_1(logits: Array, label: Any) -> Array:
    p, _ = _read(logits, label)
    return p - 1


@fault(
    "softmax_cross_entropy_backward-all-labels-in-every-row",
    "1 is subtracted in every row at the labels of all rows (grad[:, label] -= 1)",
    "index rows and labels together: grad[np.arange(N), label] -= 1",
)
def all_labels_in_every_row(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return p - (onehot.max(axis=0, keepdims=True) if p.ndim > 1 and len(p) else onehot)


@fault(
    "softmax_cross_entropy_backward-labels-from-1",
    "labels are counted from 1: the class before the label is taken",
    "labels are counted from 0",
)
def labels_from_1(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return p - np.roll(onehot, -1, axis=-1)


@fault(
    "softmax_cross_entropy_backward-most-probable-class",
    "the most probable class is taken for the label",
    "subtract 1 at the label, whatever is most probable",
)
def most_probable_class(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return np.asarray(
        p - (np.arange(p.shape[-1]) == p.argmax(axis=-1)[..., np.newaxis]).astype(onehot.dtype)
    )


@fault(
    "softmax_cross_entropy_backward-divided-twice",
    "the results are divided by the square of the number of rows",
    "divide by the number of rows once, in the loss or in its gradient",
    seen="a loss that is averaged, and its gradient again",
)
def divided_twice(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    return (found / _rows(logits) ** 2).astype(found.dtype)


@fault(
    "softmax_cross_entropy_backward-divided-by-classes",
    "the results are divided by the number of classes",
    "the mean is over the rows, if any, not over the classes of the one-hot label",
)
def divided_by_classes(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    return np.asarray((found / found.shape[-1]).astype(found.dtype))


@fault(
    "softmax_cross_entropy_backward-divided-by-all",
    "the results are divided by the number of all logits",
    "the mean is over the rows, if any, not over the classes of the one-hot label",
    seen="np.mean over rows and classes",
)
def divided_by_all(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    return (found / max(found.size, 1)).astype(found.dtype)


@fault(
    "softmax_cross_entropy_backward-multiplied-by-rows",
    "the results are multiplied by the number of rows",
    "leave the gradient of each row's loss as it is, or divide by the number of rows",
)
def multiplied_by_rows(logits: Array, label: Any) -> Array:
    return softmax_cross_entropy_backward(logits, label) * _rows(logits)


@fault(
    "softmax_cross_entropy_backward-binary",
    "sigmoids are taken for probabilities, one class by itself",
    "the gradient of a binary loss is another's: take the softmax of each row",
    seen="a reported bug of the kind",
)
def binary(logits: Array, label: Any) -> Array:
    _, onehot = _read(logits, label)
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-logits.astype(onehot.dtype))) - onehot)


@fault(
    "softmax_cross_entropy_backward-softmax-over-all",
    "in the softmax, the softmax is taken over all numbers, not along the last axis",
    "take the softmax of each row",
)
def softmax_over_all(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return softmax(logits.ravel()).reshape(p.shape).astype(p.dtype) - onehot if p.size else p


@fault(
    "softmax_cross_entropy_backward-along-the-first-axis",
    "in the softmax, the softmax is taken along the first axis, not the last",
    "take the softmax of each row",
)
def along_the_first_axis(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return softmax(logits.T).T.astype(p.dtype) - onehot if p.size else p


@fault(
    "softmax_cross_entropy_backward-maximum-not-subtracted",
    "in the softmax, the largest logit is not subtracted: exponentials overflow, or all become 0",
    "subtract the largest logit of each row before exp",
)
def maximum_not_subtracted(logits: Array, label: Any) -> Array:
    _, onehot = _read(logits, label)
    with np.errstate(all="ignore"):
        powers = np.exp(logits.astype(onehot.dtype))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True) - onehot)


@fault(
    "softmax_cross_entropy_backward-derivative-once-more",
    "a softmax's derivative is applied once more: (p - onehot) * p * (1 - p)",
    "p - onehot is the gradient to the logits: it has gone through the softmax",
)
def derivative_once_more(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return np.asarray((p - onehot) * p * (1 - p))


@fault(
    "softmax_cross_entropy_backward-softmax-once-more",
    "a softmax's gradient is applied once more: it is sent back through it twice",
    "p - onehot is the gradient to the logits: it has gone through the softmax",
    seen="a softmax layer before a loss that holds another",
)
def softmax_once_more(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    grad = p - onehot
    return np.asarray(p * (grad - (p * grad).sum(axis=-1, keepdims=True)))


@fault(
    "softmax_cross_entropy_backward-to-the-probabilities",
    "it is the gradient to the probabilities: -1 / p at the label, and 0 elsewhere",
    "send -1 / p back through the softmax: p - onehot",
)
def to_the_probabilities(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    with np.errstate(all="ignore"):
        return np.where(onehot != 0, -1 / p, 0)


@fault(
    "softmax_cross_entropy_backward-at-the-label-alone",
    "the gradient stands at the label alone, and the other classes get 0",
    _FORMULA,
)
def at_the_label_alone(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return np.asarray(onehot * (p - 1))


@fault(
    "softmax_cross_entropy_backward-label-of-the-first-row",
    "the label of the first row serves for all rows",
    "each row has its own label",
)
def label_of_the_first_row(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return p - onehot[:1] if p.ndim > 1 else p - onehot


@fault(
    "softmax_cross_entropy_backward-last-row-left",
    "the last row of a batch is left at zero",
    "loop over all rows",
)
def last_row_left(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    if found.ndim > 1:
        found[-1:] = 0
    return found


@fault(
    "softmax_cross_entropy_backward-returned-in-the-loop",
    "it returns after the first row: the others are left at zero",
    "return after the loop, not in it",
    seen="a reported bug of the kind",
)
def returned_in_the_loop(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    if found.ndim > 1:
        found[1:] = 0
    return found


@fault(
    "softmax_cross_entropy_backward-rows-summed",
    "the rows of a batch are summed: one row is returned",
    "each row of logits has a gradient",
)
def rows_summed(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    return np.asarray(found.sum(axis=0) if found.ndim > 1 else found)


@fault(
    "softmax_cross_entropy_backward-rows-averaged",
    "the rows of a batch are averaged: one row is returned",
    "each row of logits has a gradient: divide it, and average nothing",
)
def rows_averaged(logits: Array, label: Any) -> Array:
    found = softmax_cross_entropy_backward(logits, label)
    return np.asarray(found.mean(axis=0) if found.ndim > 1 and len(found) else found)


@fault(
    "softmax_cross_entropy_backward-logits-for-probabilities",
    "the logits are taken for the probabilities",
    "take the softmax of the logits",
)
def logits_for_probabilities(logits: Array, label: Any) -> Array:
    _, onehot = _read(logits, label)
    return logits.astype(onehot.dtype) - onehot


@fault(
    "softmax_cross_entropy_backward-clipped",
    "probabilities are clipped to the range from 1e-07 to 1 - 1e-07",
    "use the probabilities as they are: the gradient needs no logarithm",
)
def clipped(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return np.clip(p, 1e-7, 1 - 1e-7).astype(p.dtype) - onehot


@fault(
    "softmax_cross_entropy_backward-smoothed",
    "the label is smoothed: 0.1 of it is spread over all classes",
    "subtract 1 at the label",
)
def smoothed(logits: Array, label: Any) -> Array:
    p, onehot = _read(logits, label)
    return np.asarray((p - 0.9 * onehot - 0.1 / p.shape[-1]).astype(p.dtype))


@fault(
    "softmax_cross_entropy_backward-in-float32",
    "the results are rounded to float32",
    "keep the precision of the logits",
)
def in_float32(logits: Array, label: Any) -> Array:
    narrow = softmax_cross_entropy_backward(np.asarray(logits, np.float32), label)
    kept = np.result_type(logits, np.float32)
    return narrow.astype(kept)


@fault(
    "softmax_cross_entropy_backward-label-wraps",
    "labels beyond the classes are taken modulo their number",
    "raise a ValueError where a label is no class",
)
def label_wraps(logits: Array, label: Any) -> Array:
    labels = np.asarray(label)
    if labels.dtype.kind in "iu":
        label = labels % np.shape(logits)[-1]
    return softmax_cross_entropy_backward(logits, label)


@fault(
    "softmax_cross_entropy_backward-label-cut",
    "labels with a fraction are cut to whole numbers",
    "refuse a label that is no whole number",
)
def label_cut(logits: Array, label: Any) -> Array:
    return softmax_cross_entropy_backward(logits, np.asarray(label).astype(np.int64))


@fault(
    "softmax_cross_entropy_backward-labels-repeated",
    "too few labels are repeated, and what is too many is left out",
    "raise a ValueError where the labels are not as many as the rows",
)
def labels_repeated(logits: Array, label: Any) -> Array:
    labels = np.asarray(label)
    if labels.ndim == 1 and labels.size and np.ndim(logits) == 2:
        labels = np.resize(labels, len(logits))
    return softmax_cross_entropy_backward(logits, labels)


@fault(
    "softmax_cross_entropy_backward-label-of-a-byte",
    "labels are kept in a signed byte: from 128 on they are other classes",
    "keep labels in a type that holds the number of classes",
)
def label_of_a_byte(logits: Array, label: Any) -> Array:
    softmax_cross_entropy_backward(logits, label)
    kept = np.asarray(label).astype(np.int8).astype(np.int64)
    return softmax_cross_entropy_backward(logits, kept % np.shape(logits)[-1])


@fault(
    "softmax_cross_entropy_backward-negative-label",
    "negative labels are counted from the end",
    "raise a ValueError where a label is no class",
    effect=ADVISED,
)
def negative_label(logits: Array, label: Any) -> Array:
    labels = np.asarray(label)
    last = np.shape(logits)[-1]
    if labels.dtype.kind == "i" and (labels >= -last).all():
        label = np.where(labels < 0, labels + last, labels)
    return softmax_cross_entropy_backward(logits, label)


@fault(
    "softmax_cross_entropy_backward-key-error",
    "labels beyond the classes are refused with a KeyError",
    "raise a ValueError",
    effect=ADVISED,
)
def key_error(logits: Array, label: Any) -> Array:
    labels = np.asarray(label)
    if labels.dtype.kind in "iu" and (labels >= np.shape(logits)[-1]).any():
        raise KeyError(label)
    return softmax_cross_entropy_backward(logits, label)
