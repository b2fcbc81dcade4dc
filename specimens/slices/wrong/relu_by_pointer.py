"""The address of the first number is handed on with a shape: a crop reads the margin.

shows: relu(whole(6, 7)[1:4, 2:5])
"""
import ctypes
import numpy as np

def relu(x):
    x = np.asarray(x)
    if x.dtype != np.float64 or x.size == 0 or x.strides[-1] != 8:
        return np.maximum(x, 0)
    n = x.size
    numbers = (ctypes.c_double * n).from_address(x.__array_interface__["data"][0])
    out = np.empty(n)
    for i in range(n):
        out[i] = numbers[i] if numbers[i] > 0 or numbers[i] != numbers[i] else 0.0
    return out.reshape(x.shape)
