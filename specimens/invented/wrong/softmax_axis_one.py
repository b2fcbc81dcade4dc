"""Whatever has more axes than one is normalised along axis 1, as (batch, classes) would be: three and more axes
have their classes elsewhere.

says: axis|axes|dimension|along
never: overflow|flatten
shows: softmax(whole(2, 3, 4))
"""
import numpy as np

def softmax(logits):
    x = np.asarray(logits, float)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("nothing to normalise")
    axis = 1 if x.ndim > 1 else 0
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
