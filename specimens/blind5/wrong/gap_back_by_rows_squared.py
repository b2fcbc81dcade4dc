"""Each place gets its map's gradient divided by the square of the number of rows, as if maps were square.

apart: forward passes only are known to calls.py; see verify.py
says: rows|divi|square|share|number of
"""
import numpy as np


def global_avg_pool2d_backward(grad, maps):
    grad, maps = np.asarray(grad), np.asarray(maps)
    grad = grad.astype(np.float64) if grad.dtype.kind in "iub" else grad
    maps = maps.astype(np.float64) if maps.dtype.kind in "iub" else maps
    dtype = np.result_type(grad, maps)
    wide = np.result_type(dtype, np.float32)
    h = maps.shape[-3]
    share = grad.astype(wide)[..., None, None, :] / wide.type(h * h)
    return np.broadcast_to(share, maps.shape).astype(dtype)
