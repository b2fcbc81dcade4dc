"""The largest is sought in all maps of a window together: one map gets the gradient, the others nothing.

apart: its calls are drawn by verify.py
says: (all|other|one of the|across|several|different|single|each|between) (maps?|channels?)|maps.*(together|at once)|channels?
"""

import numpy as np


def max_pool2d_backward(grad, maps, size=2, stride=None):
    g, x = np.asarray(grad), np.asarray(maps)
    g = g if g.dtype.kind == "f" else g.astype(float)
    x = x if x.dtype.kind == "f" else x.astype(float)
    s = size if stride is None else stride
    batch = x if x.ndim == 4 else x[None]
    grads = g if x.ndim == 4 else g[None]
    dx = np.zeros(batch.shape, np.result_type(g, x, np.float32))
    for n in range(len(batch)):
        for i in range(grads.shape[1]):
            for j in range(grads.shape[2]):
                window = batch[n, i * s : i * s + size, j * s : j * s + size]
                winners = [np.unravel_index(window.argmax(), window.shape)]
                for a, b, k in winners:
                    dx[n, i * s + a, j * s + b, k] += grads[n, i, j, k]
    return dx.reshape(x.shape).astype(np.result_type(g, x))
