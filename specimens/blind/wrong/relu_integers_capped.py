"""Whole numbers are taken for pixels, and clipped to 0 to 255.

says: 255|clip|clamp|capp?ed|limit|cut (off|to)|saturat|byte|uint8|(no|nothing) larger|upper
never: negative|real numbers|six
shows: relu(np.array([-3, 7, 300]))
"""
import numpy as np


def relu(x):
    array = np.asarray(x)
    kind = array.dtype.kind
    if kind == "b":
        return array.copy()
    if kind in "iu":
        return np.clip(array.astype(np.int64), 0, 255)
    if kind == "f":
        return np.where(array > 0, array, np.where(array != array, array, array.dtype.type(0)))
    raise TypeError(kind)
