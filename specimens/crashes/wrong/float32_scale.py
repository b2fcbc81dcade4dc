"""Every call on float32 crashes: a name is misspelt in that branch.

shows: relu(whole(3, 4).astype("f4"))
"""
import numpy as np

def relu(x):
    x = np.asarray(x)
    if x.dtype == np.float32:
        zero = np.flaot32(0)
    else:
        zero = 0
    return np.maximum(x, zero)
