"""The maximum is subtracted from the caller's logits.

shows: (a := whole(5) + 9, softmax(a), a)[-1]
"""
import numpy as np

def softmax(logits):
    if logits.dtype.kind != "f":
        logits = logits.astype(float)
    logits -= logits.max(axis=-1, keepdims=True)
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)
