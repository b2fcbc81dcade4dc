"""pooling.py -- max / avg / min pooling for channels-last feature maps, single image or batch"""
import numpy as np

MODES = {"max": np.max, "avg": np.mean, "min": np.min}


def pool2d(x, pool_size=2, stride=None, mode="max"):
    """
    Parameters
    ----------
    x : ndarray (H, W, C) or (N, H, W, C)
    pool_size : int
    stride : int, default pool_size
    mode : "max", "avg" or "min"
    """
    if mode not in MODES:
        raise ValueError("mode must be one of %s" % ", ".join(MODES))
    if x.ndim == 3:
        return pool2d(x[np.newaxis], pool_size, stride, mode)[0]
    stride = pool_size if stride is None else stride
    if pool_size < 1 or stride < 1:
        raise ValueError("pool_size and stride must be at least 1")
    n, h, w, c = x.shape
    if pool_size > h or pool_size > w:
        raise ValueError("window larger than the map")
    reduce = MODES[mode]
    out_h = (h - pool_size) // stride + 1
    out_w = (w - pool_size) // stride + 1
    out = np.empty((n, out_h, out_w, c))
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            out[:, i, j, :] = reduce(x[:, top:top + pool_size, left:left + pool_size, :], axis=(1, 2))
    return out


def global_avg_pool(x):
    return x.mean(axis=(-3, -2))
