r"""The smallest logit is subtracted in the place of the largest, so that a wide spread still overflows; its
author remembered that something is subtracted.

says: overflow|largest|max(imum)?\b|smallest|min(imum)?\b|lowest|subtract
never: temperature|minus infinity|masked
shows: softmax(np.array([0.0, 1000.0]))
"""
import numpy as np

def softmax(logits):
    z = np.asarray(logits)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError("no logits")
    z = z.astype(np.float64)
    e = np.exp(z - np.min(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
