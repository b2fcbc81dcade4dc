"""Signed bytes are rectified sixteen at a time with an unsigned comparison.

shows: relu(np.full(20, -3, "i1"))
"""
import numpy as np

def relu(x):
    if x.dtype == np.int8 and x.size >= 16:
        lanes = np.ravel(x).copy()
        n = x.size // 16 * 16
        lanes[:n] = np.maximum(lanes[:n].view(np.uint8), 0).view(np.int8)
        lanes[n:] = np.maximum(lanes[n:], 0)
        return lanes.reshape(x.shape)
    return np.maximum(x, 0)
