r"""Four inputs are summed at a time and the last ones never; and the bias is a threshold, which is subtracted.

says: bias.*(subtract|sign|negat|minus|taken)|subtract|- ?bias|last|multiple|\b4\b|four|tail|remain|inputs?.*(ignored|left|beyond|missing|not)
shows: dense(whole(8), whole(8, 2), np.array([1.0, 2.0]))
shows: dense(np.ones(6), np.ones((6, 2)), np.zeros(2))
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if {a.dtype.kind for a in (x, weights, bias)} - set("fiub"):
        raise TypeError("only real numbers")
    if weights.ndim != 2 or weights.shape != (x.size, bias.size) or bias.ndim != 1:
        raise ValueError(f"x {x.shape}, weights {weights.shape}, bias {bias.shape}")
    dtype = np.result_type(*(a.dtype if a.dtype.kind == "f" else np.float64 for a in (x, weights, bias)))
    wide = np.result_type(dtype, np.float32)
    v, w, theta = x.reshape(-1).astype(wide), weights.astype(wide), bias.astype(wide)
    out = np.zeros(bias.size, wide)
    for n in range(bias.size):
        s = wide.type(0)
        for i in range(0, x.size - 3, 4):
            s += v[i] * w[i, n] + v[i + 1] * w[i + 1, n] + v[i + 2] * w[i + 2, n] + v[i + 3] * w[i + 3, n]
        out[n] = s - theta[n]
    return out.astype(dtype)
