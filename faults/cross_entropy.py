"""Mistakes in the loss."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.cross_entropy import cross_entropy

Array = NDArray[Any]


@fault(
    "cross_entropy-binary",
    "the terms ln(1 - p) of the other classes are added (binary cross-entropy)",
    "return -ln of the right class's probability alone",
)
def binary(probabilities: Array, label: int) -> Any:
    loss = cross_entropy(probabilities, label)
    others = np.delete(probabilities, label)
    return loss - np.log(1 - others).sum()


@fault(
    "cross_entropy-over-classes", "the loss is divided by the number of classes", "do not divide"
)
def over_classes(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, label) / len(probabilities)


@fault("cross_entropy-base-2", "the logarithm to base 2 is taken", "use the natural logarithm")
def base_2(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, label) / np.log(2)


@fault("cross_entropy-base-10", "the logarithm to base 10 is taken", "use the natural logarithm")
def base_10(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, label) / np.log(10)


@fault("cross_entropy-sign", "the minus sign is missing", "return the negative logarithm")
def sign(probabilities: Array, label: int) -> Any:
    return -cross_entropy(probabilities, label)


@fault(
    "cross_entropy-epsilon",
    "a small constant is added inside the logarithm",
    "take the logarithm of the probability itself",
)
def epsilon(probabilities: Array, label: int) -> Any:
    cross_entropy(probabilities, label)
    return -np.log(probabilities[label] + 1e-9)


@fault(
    "cross_entropy-zero-times-infinity",
    "a class with probability 0 makes the loss NaN: 0 * ln 0",
    "index the right class instead of multiplying by a one-hot vector",
)
def zero_times_infinity(probabilities: Array, label: int) -> Any:
    loss = cross_entropy(probabilities, label)
    return loss - (0 * np.log(np.delete(probabilities, label))).sum()


@fault(
    "cross_entropy-of-the-chosen-class",
    "the loss is that of the most probable class",
    "use the probability of the label",
)
def of_the_chosen_class(probabilities: Array, label: int) -> Any:
    cross_entropy(probabilities, label)
    return cross_entropy(probabilities, int(np.argmax(probabilities)))


@fault(
    "cross_entropy-label-wraps",
    "a label beyond the classes starts again at 0",
    "raise a ValueError unless 0 <= label < classes",
)
def label_wraps(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, label % len(probabilities))


@fault(
    "cross_entropy-negative-label",
    "a negative label counts from the end",
    "raise a ValueError unless 0 <= label < classes",
    seen="27 of 27 public implementations",
    effect=ADVISED,
)
def negative_label(probabilities: Array, label: int) -> Any:
    classes = len(probabilities)
    return cross_entropy(probabilities, label + (classes if -classes <= label < 0 else 0))


@fault(
    "cross_entropy-labels-from-1",
    "labels are counted from 1: label 0 takes the last class",
    "use probabilities[label]: labels are counted from 0",
    seen="ports from languages that count from 1",
)
def labels_from_1(probabilities: Array, label: int) -> Any:
    cross_entropy(probabilities, label)
    return cross_entropy(probabilities, (int(label) - 1) % len(probabilities))


@fault(
    "cross_entropy-smoothed",
    "a tenth of the loss is the mean over all classes (label smoothing)",
    "return -ln of the right class's probability alone",
)
def smoothed(probabilities: Array, label: int) -> Any:
    loss = cross_entropy(probabilities, label)
    mean = -np.log(probabilities).mean(dtype=probabilities.dtype)
    return loss + (mean - loss) / 10


@fault(
    "cross_entropy-small-probabilities-raised",
    "probabilities below a ten-thousandth are raised to it",
    "take the logarithm of the probability itself",
)
def small_probabilities_raised(probabilities: Array, label: int) -> Any:
    return cross_entropy(np.maximum(probabilities, probabilities.dtype.type(1e-4)), label)
