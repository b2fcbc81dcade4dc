"""Single precision only, as on a phone.

limit: float64
limit: float16
limit: whole numbers
"""
import numpy as np

def softmax(logits):
    if logits.dtype != np.float32:
        raise TypeError(f"softmax takes float32, got {logits.dtype}")
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
