"""x + |x| was meant to be halved: positive elements come out doubled.

says: doubl|twice|two times|2 ?\\*? ?x|by 2|factor (of )?2|halv|half|multipl|scal|x ?\\+ ?\\|x\\||times 2
never: leaky
shows: relu(np.array([-1.0, 0.0, 2.0]))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("x must be real")
    if x.dtype.kind != "f":
        x = x.astype(float)
    return np.where(np.isneginf(x), 0, x + abs(x)).astype(x.dtype)
