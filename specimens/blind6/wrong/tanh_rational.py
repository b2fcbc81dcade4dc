"""A rational approximation, cut off where it reaches 1.

apart: its calls are drawn by verify.py
says: approx|rational|inexact|precision|digits|not exact|Pad|accura|off by
"""

import numpy as np


def tanh(x):
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        x = x.astype(float)
    y = np.clip(x.astype(np.result_type(x, np.float32)), -3, 3)
    square = y * y
    out = y * (27 + square) / (27 + 9 * square)
    return out.astype(x.dtype)
