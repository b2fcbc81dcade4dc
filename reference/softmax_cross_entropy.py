"""The cross-entropy loss of logits: softmax and loss in one."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.reference.arguments import as_floats, sum_dtype
from cnnspec.reference.errors import LabelError, ShapeError

__all__ = ["softmax_cross_entropy"]


def softmax_cross_entropy(logits: ArrayLike, label: ArrayLike) -> Any:
    """Return ``ln(sum(exp(logits))) - logits[label]``: how surprising the right class is, in nats.

    The largest logit is subtracted first, which changes no loss and keeps the exponentials from
    overflowing. No probability is rounded to 0 before its logarithm is taken.

    Parameters
    ----------
    logits : (classes,) or (N, classes)
    label : int or (N,)
        The right class, 0 to classes - 1; for a batch, that of each row.

    Returns
    -------
    A number from 0 on, or (N,)
        One loss for each row of a batch.

    Raises
    ------
    LabelError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 2, "Softmax" and "Cross Entropy Loss", in one step.
    """
    logits = as_floats("logits", logits, may_be_empty=tuple(range(np.ndim(logits) - 1)))
    if logits.ndim not in (1, 2):
        raise ShapeError(f"logits must be (classes,) or (N, classes), got {logits.shape}")
    labels = as_labels(label, logits.shape)
    wide = logits.astype(sum_dtype(logits))
    with np.errstate(invalid="ignore"):  # infinity - infinity is NaN, and stays so
        below = wide - wide.max(axis=-1, keepdims=True)
    of_label = np.take_along_axis(below, labels[..., np.newaxis], axis=-1)[..., 0]
    losses = np.log(np.exp(below).sum(axis=-1)) - of_label
    return losses.astype(logits.dtype)


def as_labels(label: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Return the labels of logits of a shape as an array: one for each row."""
    labels = np.asarray(label)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"label must hold whole numbers, got {labels.dtype}")
    if labels.shape != shape[:-1]:
        raise ShapeError(f"label must have the shape {shape[:-1]}, got {labels.shape}")
    if not ((labels >= 0) & (labels < shape[-1])).all():
        raise LabelError(f"labels must be from 0 to {shape[-1] - 1}, got {labels}")
    return labels.astype(np.intp)
