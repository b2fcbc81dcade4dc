"""The logarithm of the softmax."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError

__all__ = ["log_softmax"]


def log_softmax(logits: ArrayLike) -> FloatArray:
    """Turn logits into logarithms of probabilities: ``x - ln(sum(exp(x)))`` along the last axis.

    The largest logit is subtracted first, which changes nothing and keeps the exponentials from
    overflowing. No probability is rounded to 0 before its logarithm is taken.

    Parameters
    ----------
    logits : (classes,) or (..., classes)

    Returns
    -------
    The same shape
        Numbers up to 0, in nats, whose exponentials sum to 1 along the last axis.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If logits is a single number, has no classes or does not hold real numbers.

    Notes
    -----
    Source: article 2, "Softmax" and "Cross Entropy Loss", of all classes.
    """
    logits = as_floats("logits", logits, may_be_empty=tuple(range(np.ndim(logits) - 1)))
    if logits.ndim == 0:
        raise ShapeError("logits must have at least one axis, got a single number")
    wide = logits.astype(sum_dtype(logits))
    with np.errstate(invalid="ignore"):  # infinity - infinity is NaN, and stays so
        below = wide - wide.max(axis=-1, keepdims=True)
    logarithms: FloatArray = below - np.log(np.exp(below).sum(axis=-1, keepdims=True))
    return logarithms.astype(logits.dtype)
