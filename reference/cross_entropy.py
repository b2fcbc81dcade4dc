"""The cross-entropy loss."""

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import as_floats
from cnnspec.reference.errors import LabelError, ShapeError

__all__ = ["cross_entropy"]


def cross_entropy(probabilities: ArrayLike, label: int) -> np.floating[Any]:
    """Return how surprising the right class is: ``-ln(probabilities[label])``, in nats.

    Parameters
    ----------
    probabilities : (classes,)
    label : int
        The right class, 0 to classes - 1.

    Returns
    -------
    A number from 0 (certain) to infinity (held impossible)

    Raises
    ------
    LabelError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 2, "Cross Entropy Loss".
    """
    probabilities = as_floats("probabilities", probabilities)
    if probabilities.ndim != 1:
        raise ShapeError(f"probabilities must be (classes,), got {probabilities.shape}")
    label = operator.index(label)
    if not 0 <= label < len(probabilities):
        raise LabelError(f"label must be from 0 to {len(probabilities) - 1}, got {label}")
    with np.errstate(divide="ignore"):  # -ln(0) is infinite
        logarithm: np.floating[Any] = np.log(probabilities[label])
    return probabilities.dtype.type(0) - logarithm
