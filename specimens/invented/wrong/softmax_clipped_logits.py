r"""Against overflow the logits are clipped to -50 and 50, and no maximum is subtracted: beyond 50 all are the
same.

says: clip|\b50\b|cut|capp|limited|clamp|bounded|saturat
never: temperature
shows: softmax(np.array([60.0, 61.0, 0.0]))
"""
import numpy as np

def softmax(logits):
    logits = np.asarray(logits)
    if logits.ndim < 1 or logits.shape[-1] < 1:
        raise ValueError("softmax of nothing")
    safe = np.clip(logits.astype(np.float64), -50, 50)
    exps = np.exp(safe)
    return exps / exps.sum(axis=-1, keepdims=True)
