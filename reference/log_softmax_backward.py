"""The gradient of the logarithm of the softmax."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, sum_dtype
from cnnspec.reference.softmax import softmax
from cnnspec.reference.softmax_backward import incoming_and_logits

__all__ = ["log_softmax_backward"]


def log_softmax_backward(grad: ArrayLike, logits: ArrayLike) -> FloatArray:
    """Return the gradient of a loss to the logits: ``grad - p * sum(grad)``.

    ``p`` are the probabilities, the softmax of the logits.

    Parameters
    ----------
    grad : (classes,) or (..., classes)
        The gradient of the loss to what `log_softmax` returned.
    logits : the same shape
        As `log_softmax` was given them.

    Returns
    -------
    The same shape
        Along the last axis it sums to 0.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If logits is a single number, has no classes, or grad has another shape.

    Notes
    -----
    Source: the chain rule on ``x - ln(sum(exp(x)))``.
    """
    grad, logits = incoming_and_logits(grad, logits)
    wide = sum_dtype(grad, logits)
    with np.errstate(invalid="ignore"):  # what is infinite or NaN spoils its row
        p = softmax(logits.astype(wide))
        found: FloatArray = grad - p * grad.sum(axis=-1, keepdims=True, dtype=wide)
    return found.astype(np.result_type(grad, logits), copy=False)
