"""The exponential is Schraudolph's: the argument is scaled and written into the exponent bits of a double. It is off by up to some percent.

says: approx|\\bbits|inexact|inaccura|not accurate|accura|precis|exponential|percent|%|interpol|piecewise|linear|schraudolph|fast exp
never: float16|overflow|temperature|base
shows: softmax(np.array([0.0, 0.5, 2.0]))
"""
import numpy as np

def _logits(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind not in "fiub":
        raise TypeError(f"logits of dtype {logits.dtype}")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("there must be an axis with at least one node")
    return logits.astype(np.float64)


def fast_exp(x):
    x = np.maximum(x, -700.0)
    high = (1512775.3951951856 * x + (1072693248 - 60801)).astype(np.int64)
    return (high << 32).view(np.float64)


def softmax(logits):
    z = _logits(logits)
    e = fast_exp(z - z.max(axis=-1, keepdims=True))
    e[np.isneginf(z)] = 0
    return e / e.sum(axis=-1, keepdims=True)
