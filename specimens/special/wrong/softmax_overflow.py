"""No maximum is subtracted: large logits overflow to NaN.

shows: softmax(np.array([1000.0, 1001, 1002]))
"""
import numpy as np

def softmax(logits):
    e = np.exp(logits if logits.dtype.kind == "f" else logits.astype(float))
    return e / e.sum(axis=-1, keepdims=True)
