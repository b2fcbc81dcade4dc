"""Whole numbers go through (x + |x|) / 2 without a branch, in the type in which they came: the sum of two
large ones does not fit into it. Only real numbers take the plain maximum.

says: overflow|wrap|narrow|own (small |integer )?(type|dtype)|does not fit|int8
never: leaky|negative numbers
shows: relu(np.array([-100, 100], np.int8))
shows: relu(np.array([3, 200], np.uint8))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    kind = x.dtype.kind
    if kind == "f":
        return np.maximum(x, x.dtype.type(0))
    if kind == "b":
        return x.astype(np.uint8)
    if kind not in "iu":
        raise TypeError(f"cannot rectify {x.dtype}")
    return (x + np.abs(x)) // 2
