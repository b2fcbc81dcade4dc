"""Mistakes in the gradient of the loss to the probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.cross_entropy_backward import cross_entropy_backward

Array = NDArray[Any]

_FORMULA = "return -1 / probabilities[label] at the label, and 0 elsewhere"


def _onehot(p: Array, label: int) -> Array:
    """Return a one at the label, which is checked, in the dtype of the probabilities."""
    return np.asarray((cross_entropy_backward(p, label) != 0).astype(p.dtype))


@fault(
    "cross_entropy_backward-opposite-sign",
    "the minus sign is missing: 1 / p is returned",
    _FORMULA,
)
def opposite_sign(probabilities: Array, label: int) -> Array:
    return 0 - cross_entropy_backward(probabilities, label)


@fault(
    "cross_entropy_backward-onehot-forgotten",
    "the one-hot label is forgotten: -1 / p is returned for every class",
    _FORMULA,
)
def onehot_forgotten(probabilities: Array, label: int) -> Array:
    cross_entropy_backward(probabilities, label)
    return -1 / probabilities


@fault(
    "cross_entropy_backward-to-the-logits",
    "it is the gradient to the logits: p, less 1 at the label",
    _FORMULA,
)
def to_the_logits(probabilities: Array, label: int) -> Array:
    return probabilities - _onehot(probabilities, label)


@fault(
    "cross_entropy_backward-not-divided",
    "it is not divided by the probability: -1 is returned at the label",
    _FORMULA,
)
def not_divided(probabilities: Array, label: int) -> Array:
    return -_onehot(probabilities, label)


@fault(
    "cross_entropy_backward-multiplied",
    "it is multiplied by the probability, not divided: -p is returned at the label",
    _FORMULA,
)
def multiplied(probabilities: Array, label: int) -> Array:
    return -_onehot(probabilities, label) * probabilities


@fault(
    "cross_entropy_backward-the-loss",
    "the loss stands at the label, not its gradient",
    _FORMULA,
)
def the_loss(probabilities: Array, label: int) -> Array:
    return -_onehot(probabilities, label) * np.log(probabilities)


@fault(
    "cross_entropy_backward-labels-from-1",
    "labels are counted from 1: the class before the label is taken",
    "labels are counted from 0",
)
def labels_from_1(probabilities: Array, label: int) -> Array:
    cross_entropy_backward(probabilities, label)
    return cross_entropy_backward(probabilities, (int(label) - 1) % len(probabilities))


@fault(
    "cross_entropy_backward-divided-by-classes",
    "the results are divided by the number of classes",
    "divide by the probability alone",
)
def divided_by_classes(probabilities: Array, label: int) -> Array:
    found = cross_entropy_backward(probabilities, label)
    return (found / len(found)).astype(found.dtype)


@fault(
    "cross_entropy_backward-binary",
    "the gradient of a binary loss is returned: 1 / (1 - p) at the other classes",
    "the loss holds the label's probability alone",
    seen="a reported bug of the kind",
)
def binary(probabilities: Array, label: int) -> Array:
    is_label = _onehot(probabilities, label) != 0
    with np.errstate(divide="ignore"):
        return np.where(is_label, -1 / probabilities, 1 / (1 - probabilities))


@fault(
    "cross_entropy_backward-constant-added",
    "a constant, 1e-08, is added to the probability",
    "add nothing: a gradient of the loss with the constant is one of another loss",
    seen="1e-8 beside every division",
)
def constant_added(probabilities: Array, label: int) -> Array:
    found = -_onehot(probabilities, label) / (probabilities + 1e-8)
    return found.astype(probabilities.dtype)


@fault(
    "cross_entropy_backward-single-number",
    "a single number is returned: that of the label",
    "return a number for each class",
)
def single_number(probabilities: Array, label: int) -> Any:
    return cross_entropy_backward(probabilities, label).sum()


@fault(
    "cross_entropy_backward-base-2",
    "the logarithm is taken to base 2: the gradient is divided by ln 2",
    "the loss is in nats",
)
def base_2(probabilities: Array, label: int) -> Array:
    found = cross_entropy_backward(probabilities, label)
    return np.asarray((found / np.log(2)).astype(found.dtype))


@fault(
    "cross_entropy_backward-clipped",
    "the results are clipped to [-5, 5]",
    "return the gradient as it is: the optimiser may clip it",
)
def clipped(probabilities: Array, label: int) -> Array:
    return np.clip(cross_entropy_backward(probabilities, label), -5, 5)


@fault(
    "cross_entropy_backward-softmax-of-probabilities",
    "a softmax is taken of the probabilities, as if they were logits",
    "probabilities are given: divide by them as they are",
)
def softmax_of_probabilities(probabilities: Array, label: int) -> Array:
    powers = np.exp(probabilities)
    return cross_entropy_backward(powers / powers.sum(), label)


@fault(
    "cross_entropy_backward-squared-error",
    "the gradient of a squared error is returned: 2 * (p - onehot)",
    _FORMULA,
)
def squared_error(probabilities: Array, label: int) -> Array:
    return 2 * (probabilities - _onehot(probabilities, label))


@fault(
    "cross_entropy_backward-in-float32",
    "the results are rounded to float32",
    "keep the precision of the probabilities",
)
def in_float32(probabilities: Array, label: int) -> Array:
    narrow = cross_entropy_backward(np.asarray(probabilities, np.float32), label)
    return narrow.astype(np.result_type(probabilities, np.float32))


@fault(
    "cross_entropy_backward-label-wraps",
    "labels beyond the classes are taken modulo their number",
    "raise a ValueError where the label is no class",
)
def label_wraps(probabilities: Array, label: int) -> Array:
    if isinstance(label, float):
        raise TypeError("the label must be a whole number")
    return cross_entropy_backward(probabilities, int(label) % len(probabilities))


@fault(
    "cross_entropy_backward-label-cut",
    "labels with a fraction are cut to whole numbers",
    "refuse a label that is no whole number",
)
def label_cut(probabilities: Array, label: int) -> Array:
    return cross_entropy_backward(probabilities, int(label))


@fault(
    "cross_entropy_backward-label-of-a-byte",
    "the label is kept in a signed byte: from 128 on it is another class",
    "keep labels in a type that holds the number of classes",
)
def label_of_a_byte(probabilities: Array, label: int) -> Array:
    cross_entropy_backward(probabilities, label)
    kept = int(np.asarray(label).astype(np.int8))
    return cross_entropy_backward(probabilities, kept % len(probabilities))


@fault(
    "cross_entropy_backward-negative-label",
    "negative labels are counted from the end",
    "raise a ValueError where the label is no class",
    effect=ADVISED,
)
def negative_label(probabilities: Array, label: Any) -> Array:
    last = len(probabilities)
    is_negative = isinstance(label, int) and -last <= label < 0
    return cross_entropy_backward(probabilities, label + last if is_negative else label)


@fault(
    "cross_entropy_backward-key-error",
    "labels beyond the classes are refused with a KeyError",
    "raise a ValueError",
    effect=ADVISED,
)
def key_error(probabilities: Array, label: Any) -> Array:
    if isinstance(label, int | np.integer) and not 0 <= label < len(probabilities):
        raise KeyError(label)
    return cross_entropy_backward(probabilities, label)
