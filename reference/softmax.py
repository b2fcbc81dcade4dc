"""The softmax layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError

__all__ = ["softmax"]


def softmax(logits: ArrayLike) -> FloatArray:
    """Turn logits into probabilities: ``exp(x) / sum(exp(x))`` along the last axis.

    The largest logit is subtracted first, which changes no probability and keeps the
    exponentials from overflowing.

    Parameters
    ----------
    logits : (nodes,) or (..., nodes)

    Returns
    -------
    The same shape
        Numbers from 0 to 1 that sum to 1 along the last axis.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If logits is a single number, has no nodes or does not hold real numbers.

    Notes
    -----
    Source: article 2, "Softmax".
    """
    logits = as_floats("logits", logits, may_be_empty=tuple(range(np.ndim(logits) - 1)))
    if logits.ndim == 0:
        raise ShapeError("logits must have at least one axis, got a single number")
    wide = logits.astype(sum_dtype(logits))
    with np.errstate(invalid="ignore"):  # infinity - infinity is NaN, and stays so
        exponentials = np.exp(wide - wide.max(axis=-1, keepdims=True))
    probabilities: FloatArray = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities.astype(logits.dtype)
