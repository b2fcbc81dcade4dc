"""Each share is the gradient divided by the square of the stride, not of the size.

apart: forward passes only are known to calls.py; see verify.py
says: stride|divi|share|size|number of
"""
import numpy as np


def avg_pool2d_backward(grad, maps, size=2, stride=None):
    grad, maps = np.asarray(grad), np.asarray(maps)
    grad = grad * 1.0 if grad.dtype.kind in "iub" else grad
    maps = maps * 1.0 if maps.dtype.kind in "iub" else maps
    stride = stride or size
    dtype = np.result_type(grad, maps)
    back = np.zeros(maps.shape, np.result_type(dtype, np.float32))
    for i in range(grad.shape[-3]):
        for j in range(grad.shape[-2]):
            share = grad[..., i:i + 1, j:j + 1, :] / back.dtype.type(stride * stride)
            back[..., i * stride:i * stride + size, j * stride:j * stride + size, :] += share
    return back.astype(dtype)
