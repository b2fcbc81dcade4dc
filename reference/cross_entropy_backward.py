"""The gradient of the cross-entropy loss."""

import operator

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats
from cnnspec.reference.errors import LabelError, ShapeError

__all__ = ["cross_entropy_backward"]


def cross_entropy_backward(probabilities: ArrayLike, label: int) -> FloatArray:
    """Return the gradient of ``-ln(probabilities[label])``: ``-1 / p`` at the label, else 0.

    The loss is where a gradient begins: nothing comes in.

    Parameters
    ----------
    probabilities : (classes,)
    label : int
        The right class, 0 to classes - 1.

    Returns
    -------
    (classes,)
        Numbers up to 0; minus infinity where the label was held impossible.

    Raises
    ------
    LabelError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the derivative of the logarithm; article 2, "Cross Entropy Loss".
    """
    probabilities = as_floats("probabilities", probabilities)
    if probabilities.ndim != 1:
        raise ShapeError(f"probabilities must be (classes,), got {probabilities.shape}")
    label = operator.index(label)
    if not 0 <= label < len(probabilities):
        raise LabelError(f"label must be from 0 to {len(probabilities) - 1}, got {label}")
    grad = np.zeros_like(probabilities)
    with np.errstate(divide="ignore", over="ignore"):  # -1 / 0 is infinite
        grad[label] = -1 / probabilities[label]
    return grad
