"""NumPy's warnings are switched off at each call and stay off.
"""
import numpy as np

def softmax(logits):
    np.seterr(all="ignore")
    wide = logits.astype(logits.dtype if logits.dtype == np.float32 else np.float64)
    e = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return np.divide(e, np.sum(e, axis=-1, keepdims=True), dtype=wide.dtype).astype(
        logits.dtype if logits.dtype.kind == "f" else float)
