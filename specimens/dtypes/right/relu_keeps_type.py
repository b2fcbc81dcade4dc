"""The type of the argument is kept, Booleans included.
"""
import numpy as np

class ReLU:
    def __call__(self, x):
        out = np.array(x)
        if out.dtype.kind in "if":
            out[out < 0] = 0
        return out

relu = ReLU()
