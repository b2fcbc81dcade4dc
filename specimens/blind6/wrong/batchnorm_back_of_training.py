"""The gradient of the maps goes through the batch's mean and variance, as if they had been measured.

apart: its calls are drawn by verify.py
says: training|measured|batch statistics|statistics|through the mean|(maps|batch)'? own mean|mean of the (incoming )?grad|depend
"""

import numpy as np


def batch_norm_backward(grad, maps, mean, variance, scale, *, epsilon=1e-5):
    arrays = [np.asarray(a) for a in (grad, maps, mean, variance, scale)]
    arrays = [a if a.dtype.kind == "f" else a.astype(np.float64) for a in arrays]
    own = np.result_type(*arrays)
    wide = np.result_type(own, np.float32)
    g, x, m, v, s = (a.astype(wide) for a in arrays)
    axes = tuple(range(x.ndim - 1))
    inverse = 1 / np.sqrt(v + wide.type(epsilon))
    normal = (x - m) * inverse
    d_offset = g.sum(axis=axes)
    d_scale = (g * normal).sum(axis=axes)
    d_variance = (g * s * (x - m)).sum(axis=axes) * -0.5 * inverse**3
    d_mean = -(g * s).sum(axis=axes) * inverse
    d_normal = g * s
    n = max(1, x.size // x.shape[-1])
    d_maps = d_normal * inverse + d_variance * 2 * (x - m) / n + d_mean / n
    return tuple(d.astype(own) for d in (d_maps, d_mean, d_variance, d_scale, d_offset))
