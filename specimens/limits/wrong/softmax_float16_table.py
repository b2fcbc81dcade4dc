"""A dictionary lacks float16: nothing was said, it crashes.

shows: softmax(whole(5).astype("f2"))
"""
import numpy as np

SMALLEST = {"float32": np.finfo("f4").tiny, "float64": np.finfo("f8").tiny}

def softmax(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind in "iub":
        logits = logits.astype(float)
    tiny = SMALLEST[logits.dtype.name]
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / np.maximum(e.sum(-1, keepdims=True), tiny)
