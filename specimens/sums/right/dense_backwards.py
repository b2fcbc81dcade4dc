"""Products are summed from the last to the first.
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    wide = np.float32 if x.dtype == np.float16 else np.result_type(x, weights, bias, np.float32)
    total = np.zeros(weights.shape[1], wide)
    for i in reversed(range(x.size)):
        total = total + x[i].astype(wide) * weights[i].astype(wide)
    return (total + bias.astype(wide)).astype(np.result_type(x, weights, bias))
