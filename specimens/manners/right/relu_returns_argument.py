"""Where nothing is negative the argument itself is returned: advised against, but the numbers are right.
"""
import numpy as np

def relu(x):
    if (x >= 0).all():
        return x
    return np.maximum(x, 0)
