"""Numbers of the other byte order are refused.

limit: byte order
"""
import numpy as np

def dense(x, weights, bias):
    for a in (x, weights, bias):
        if not a.dtype.isnative:
            raise TypeError("given array has byte order different from the native one")
    if x.size != len(weights) or bias.shape != weights.shape[1:]:
        raise ValueError("sizes differ")
    return (x.reshape(1, -1) @ weights)[0] + bias
