"""The total is taken over the first 4,095 logits only.

shows: softmax(np.zeros(4096))
"""
import numpy as np

def softmax(logits):
    x = np.asarray(logits)
    kind = x.dtype if x.dtype.kind == "f" else np.dtype(float)
    x = x.astype(np.promote_types(kind, "f4"))
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    total = e[..., :4095].sum(axis=-1, keepdims=True)
    return (e / total).astype(kind)
