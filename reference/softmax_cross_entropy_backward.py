"""The gradient of the cross-entropy loss of logits: softmax and loss in one."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.softmax import softmax
from cnnspec.reference.softmax_cross_entropy import as_labels

__all__ = ["softmax_cross_entropy_backward"]


def softmax_cross_entropy_backward(logits: ArrayLike, label: ArrayLike) -> FloatArray:
    """Return the gradient of the loss to the logits: ``p - onehot(label)``.

    ``p`` are the probabilities, the softmax of the logits. The loss is where a gradient begins:
    nothing comes in.

    Parameters
    ----------
    logits : (classes,) or (N, classes)
    label : int or (N,)
        The right class, 0 to classes - 1; for a batch, that of each row.

    Returns
    -------
    The shape of logits
        Along the last axis it sums to 0. Of a batch each row has the gradient of its own loss:
        nothing is divided by N.

    Raises
    ------
    LabelError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the chain rule on ``ln(sum(exp(x))) - x[label]``; article 2, "Cross Entropy Loss".
    """
    logits = as_floats("logits", logits, may_be_empty=tuple(range(np.ndim(logits) - 1)))
    if logits.ndim not in (1, 2):
        raise ShapeError(f"logits must be (classes,) or (N, classes), got {logits.shape}")
    labels = as_labels(label, logits.shape)
    onehot = np.arange(logits.shape[-1]) == labels[..., np.newaxis]
    with np.errstate(invalid="ignore"):  # what is infinite or NaN spoils its row
        p = softmax(logits.astype(sum_dtype(logits)))
    found: FloatArray = p - onehot.astype(p.dtype)
    return found.astype(logits.dtype, copy=False)
