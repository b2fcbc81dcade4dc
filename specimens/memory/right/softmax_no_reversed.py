"""Arrays that run backwards are refused, as some tensor libraries do.

limit: reversed
"""
import numpy as np

def softmax(logits):
    if any(s < 0 for s in np.asarray(logits).strides):
        raise ValueError("negative strides are not supported; copy the array first")
    kind = logits.dtype if logits.dtype.kind == "f" else np.dtype(float)
    x = logits.astype(np.promote_types(kind, np.float32))
    e = np.exp(x - x.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True)).astype(kind)
