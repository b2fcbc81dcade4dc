"""Inputs are cut to bfloat16, the upper 16 bits of a float32, before they are multiplied, as the accelerator's kernel takes them.

says: bfloat|precis|accura|round|\\bbits|16|truncat|digits|coarse|quanti[sz]
never: bias|whole numbers|overflow
shows: dense(np.array([1.001, 2.003]), np.ones((2, 2)), np.zeros(2))
"""
import numpy as np

def _read(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if any(array.dtype.kind not in "fiub" for array in (x, weights, bias)):
        raise TypeError("x, weights and bias must hold real numbers")
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"weights must be (inputs, nodes), got {weights.shape}")
    if x.size != weights.shape[0]:
        raise ValueError(f"{x.size} inputs for weights of {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias of {bias.shape} for weights of {weights.shape}")
    return x.astype(np.float64), weights.astype(np.float64), bias.astype(np.float64)


def bfloat16(values):
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return (bits & np.uint32(0xFFFF0000)).view(np.float32)


def dense(x, weights, bias):
    x, weights, bias = _read(x, weights, bias)
    return bfloat16(x.ravel()).astype(np.float64) @ weights + bias
