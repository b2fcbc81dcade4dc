"""Of a matrix all numbers are normalised together.

shows: softmax(whole(2, 3))
"""
import numpy as np

def softmax(logits):
    x = np.asarray(logits)
    kind = x.dtype if x.dtype.kind == "f" else np.dtype(float)
    e = np.exp(x.astype(np.promote_types(kind, "f4")) - x.max())
    return (e / e.sum()).astype(kind)
