"""Whole numbers are refused by an assertion.

limit: whole numbers
"""
import numpy as np

def relu(x):
    assert x.dtype.kind == "f", "relu works on floating-point activations"
    return x * 0 + np.maximum(x, x.dtype.type(0)) if np.isfinite(x).all() else np.maximum(x, x.dtype.type(0))
