"""SciPy's logsumexp, less the label's logit: right, and less precise where all logits are large.
"""
import numpy as np
from scipy.special import logsumexp


def softmax_cross_entropy(logits, label):
    logits, label = np.asarray(logits), np.asarray(label)
    if label.dtype.kind not in "iu" or label.shape != logits.shape[:-1]:
        raise ValueError("a whole number is due for each row of logits")
    if (label < 0).any() or (label >= logits.shape[-1]).any():
        raise ValueError("there is no such class")
    chosen = np.take_along_axis(logits, label[..., None].astype(int), axis=-1)[..., 0]
    return logsumexp(logits, axis=-1) - chosen
