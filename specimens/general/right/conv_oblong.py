"""Filters of any number of rows and columns.

options: --profile general
"""
import numpy as np

def conv2d(image, filters, bias=None, *, stride=1):
    if image.ndim not in (3, 4) or filters.ndim != 4 or image.shape[-1] != filters.shape[-1]:
        raise ValueError("channels differ")
    k, p, q = filters.shape[:3]
    if stride < 1 or p > image.shape[-3] or q > image.shape[-2]:
        raise ValueError("no window fits")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("one bias for each filter")
    h, w = (image.shape[-3] - p) // stride + 1, (image.shape[-2] - q) // stride + 1
    out = 0
    for a in range(p):
        for b in range(q):
            part = image[..., a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride, :]
            out = out + part.astype(float) @ filters[:, a, b].T
    return out if bias is None else out + bias
