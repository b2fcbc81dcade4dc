"""x * sigmoid(x) is returned, the "swish" that a network for phones had in the place of its ReLU; the
author renamed the function and kept the body.

says: silu|swish|sigmoid|logistic
never: leaky|softmax
shows: relu(np.array([-1.0, 0.5, 3.0]))
"""
import numpy as np

def sigmoid(t):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-t))

def relu(x):
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    elif x.dtype.kind != "f":
        raise TypeError("real numbers only")
    with np.errstate(invalid="ignore"):
        return x * sigmoid(x)
