"""Each dtype is compiled when it comes first.

options: --time-limit 1
"""
import time
import numpy as np

KERNELS = {}

def kernel(dtype):
    if dtype not in KERNELS:
        time.sleep(1.2)
        KERNELS[dtype] = np.dtype(dtype)
    return KERNELS[dtype]

def softmax(logits):
    if logits.dtype.name not in ("float64", "float32"):
        raise TypeError(f"no kernel for {logits.dtype}")
    kind = kernel(logits.dtype.name)
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True), dtype=kind)
    return e / np.sum(e, axis=-1, keepdims=True)
