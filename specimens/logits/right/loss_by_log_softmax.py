"""A log-softmax along the last axis, of which the labels' places are taken, for one row and many.
"""
import numpy as np


def log_softmax(x):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def softmax_cross_entropy(logits, label):
    logp = np.atleast_2d(log_softmax(logits))
    y = np.atleast_1d(label)
    if y.dtype.kind not in "iu" or y.shape != (len(logp),) or y.min() < 0 or y.max() >= logp.shape[1]:
        raise ValueError(f"labels {label} do not fit logits of shape {np.shape(logits)}")
    losses = -logp[np.arange(len(y)), y]
    return losses if np.ndim(logits) == 2 else losses[0]
