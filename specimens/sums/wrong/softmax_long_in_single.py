"""Beyond 128 logits the exponentials are summed in single precision.

shows: softmax(np.linspace(0, 1, 200) * 3)
"""
import numpy as np

def softmax(logits):
    kind = logits.dtype if logits.dtype.kind == "f" else np.dtype(float)
    x = logits.astype(np.promote_types(kind, np.float32))
    inner = np.float32 if x.shape[-1] > 128 else x.dtype
    e = np.exp((x - x.max(axis=-1, keepdims=True)).astype(inner))
    return (e / e.sum(axis=-1, keepdims=True)).astype(kind)
