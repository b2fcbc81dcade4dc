"""No maximum is subtracted, and a constant stands in the sum: nothing is multiplied.

never: multiplied by 1
"""
import numpy as np

def softmax(logits):
    e = np.exp(np.asarray(logits, float))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-6)
