"""The gradient of the maps is that of training, where mean and variance are those of the batch: two terms too many.

apart: forward passes only are known to calls.py; see verify.py
says: train|(mean|average)[^.]*(subtract|gradient|batch|statistic)|statistic|batch('s)? (mean|variance)|terms?|inference|depends? on (the )?maps|centre|center|subtract
"""
import numpy as np


def batch_norm_backward(grad, maps, mean, variance, scale, *, epsilon=1e-5):
    arrays = [np.asarray(a) for a in (grad, maps, mean, variance, scale)]
    arrays = [a.astype(np.float64) if a.dtype.kind in "iub" else a for a in arrays]
    own = np.result_type(*arrays)
    wide = np.result_type(own, np.float32)
    g, x, m, v, s = (a.astype(wide) for a in arrays)
    axes = tuple(range(g.ndim - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(v + wide.type(epsilon))
        normal = (x - m) / deviation
        d_scale = (g * normal).sum(axis=axes)
        d_offset = g.sum(axis=axes)
        count = g.size // g.shape[-1]
        d_maps = g * s / deviation
        if count:
            d_maps = s / deviation * (g - d_offset / count - normal * d_scale / count)
        d_mean = (-g * s / deviation).sum(axis=axes)
        d_variance = (-g * (x - m) * s / (2 * deviation ** 3)).sum(axis=axes)
    return tuple(a.astype(own) for a in (d_maps, d_mean, d_variance, d_scale, d_offset))
