"""Any number of axes is answered, none is refused.
"""
import numpy as np

def relu(x):
    if x.ndim > 1:
        return np.stack([relu(one) for one in x]) if len(x) else x.copy()
    return np.array([v if v > 0 else 0 for v in x], x.dtype)
