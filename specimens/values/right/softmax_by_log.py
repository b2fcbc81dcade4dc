"""exp(x - logsumexp(x)).
"""
import numpy as np
from scipy.special import logsumexp

def softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    wide = wide - wide.max(axis=-1, keepdims=True)
    return np.exp(wide - np.log(np.exp(wide).sum(axis=-1, keepdims=True))).astype(x.dtype)
