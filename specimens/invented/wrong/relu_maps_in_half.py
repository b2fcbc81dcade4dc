"""Activations of three and more axes are kept in float16 to save memory and given back in the dtype of the
input, so that only 11 bits of each are left.

says: float16|half|precision|11 bits|digits|rounded
never: float32|integers
shows: relu(np.full((2, 2, 2), 0.1))
shows: relu(np.full((1, 2, 2), 1e6))
"""
import numpy as np

class Activation:
    """Keeps what it returned last, for the backward pass."""

    def __init__(self):
        self.kept = None

    def __call__(self, x):
        x = np.asarray(x)
        if x.dtype.kind not in "fiub":
            raise TypeError("activations must be real")
        out = np.maximum(x, 0)
        if x.ndim < 3 or x.dtype.kind != "f":
            return out
        with np.errstate(over="ignore"):
            self.kept = out.astype(np.float16)
        return self.kept.astype(x.dtype)

def relu(x):
    return Activation()(x)
