"""The bytes of the array are read back as native numbers: the other byte order is misread.

shows: relu(np.arange(-2, 4, dtype=">i4"))
"""
import numpy as np

def relu(x):
    if x.dtype.kind not in "iu":
        return np.where(x < 0, 0, x).astype(x.dtype)
    x = np.frombuffer(x.tobytes(), x.dtype.newbyteorder("=")).reshape(x.shape)
    return np.where(x < 0, 0, x).astype(x.dtype)
