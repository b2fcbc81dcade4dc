"""The gradient of the softmax layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.softmax import softmax

__all__ = ["softmax_backward"]


def softmax_backward(grad: ArrayLike, logits: ArrayLike) -> FloatArray:
    """Return the gradient of a loss to the logits: ``p * (grad - sum(p * grad))``.

    ``p`` are the probabilities, the softmax of the logits. Every probability depends on every
    logit of its row: the sum is what the others lose where one gains.

    Parameters
    ----------
    grad : (nodes,) or (..., nodes)
        The gradient of the loss to what `softmax` returned.
    logits : the same shape
        As `softmax` was given them.

    Returns
    -------
    The same shape
        Along the last axis it sums to 0.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If logits is a single number, has no nodes, or grad has another shape.

    Notes
    -----
    Source: the chain rule on ``exp(x) / sum(exp(x))``; article 2, "Softmax", whose training phase
    is announced there.
    """
    grad, logits = incoming_and_logits(grad, logits)
    wide = sum_dtype(grad, logits)
    with np.errstate(invalid="ignore"):  # what is infinite or NaN spoils its row
        p = softmax(logits.astype(wide))
        found: FloatArray = p * (grad - (p * grad).sum(axis=-1, keepdims=True))
    return found.astype(np.result_type(grad, logits), copy=False)


def incoming_and_logits(grad: ArrayLike, logits: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return both as arrays of one shape, of at least one axis.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        See `softmax_backward`.
    """
    rows = tuple(range(np.ndim(logits) - 1))
    logits = as_floats("logits", logits, may_be_empty=rows)
    grad = as_floats("grad", grad, may_be_empty=rows)
    if logits.ndim == 0:
        raise ShapeError("logits must have at least one axis, got a single number")
    if grad.shape != logits.shape:
        raise ShapeError(f"grad must have the shape of logits, {logits.shape}, got {grad.shape}")
    return grad, logits
