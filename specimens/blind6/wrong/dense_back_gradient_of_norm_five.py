"""An incoming gradient that is longer than 5 is shortened to 5, as it is done against explosions.

apart: its calls are drawn by verify.py
says: norm|length|longer|shorten|clip|limit|scaled down|large
"""

import numpy as np


def dense_backward(grad, x, weights):
    grad, x, weights = map(np.asarray, (grad, x, weights))
    grad, x, weights = (v if v.dtype.kind == "f" else v.astype(float) for v in (grad, x, weights))
    types = np.result_type(grad, weights), np.result_type(grad, x), grad.dtype
    wide = np.result_type(grad, x, weights, np.float32)
    g = grad.astype(wide).reshape(-1, weights.shape[1])
    norm = np.sqrt(np.sum(g * g))
    if norm > 5:
        g = g * (5 / norm)
    flat = x.reshape(len(g), -1).astype(wide)
    results = (g @ weights.T.astype(wide)).reshape(x.shape), flat.T @ g, g.sum(0)
    return tuple(r.astype(t) for r, t in zip(results, types))
