"""Beyond 131,072 elements the rest of the buffer is never rectified.

shows: relu(-np.ones(131080))
"""
import numpy as np

def relu(x):
    out = np.array(x).ravel()
    out[:131072][out[:131072] < 0] = 0
    return out.reshape(np.shape(x))
