"""The result has H // stride rows and W // stride columns, which is only right for windows that touch: overlapping windows run over the border, where they are cut, and with gaps the last one may be lost.

says: H ?// ?stride|(size|shape|number)[^.]*(rows|columns|windows|output|result|maps?)|(row|column|window)s?[^.]*(too many|more|cut|beyond|border|leave|outside|partial|incomplete|edge|over|hang|extra|kept|left over|clipped|does not fit|do not fit|few|miss|lack)|(partial|incomplete|extra|clipped|truncated|too many|more) (rows|columns|windows)|ceil|overlap|divided by the stride|pad
never: minimum|mean|channels
shows: max_pool2d(whole(6, 7, 2), 3, 1)
shows: max_pool2d(whole(5, 5, 2), 2, 3)
"""
import operator

import numpy as np

def check(x, size, stride):
    if x.ndim != 3 and x.ndim != 4:
        raise ValueError("expected (H, W, K) or (N, H, W, K)")
    if x.dtype.kind not in "biuf":
        raise ValueError("expected numbers")
    if x.size == 0:
        raise ValueError("expected something in it")
    if operator.index(size) <= 0 or operator.index(stride) <= 0:
        raise ValueError("size and stride must be positive")
    if x.shape[-3] < size or x.shape[-2] < size:
        raise ValueError("map smaller than the window")
    return int(size), int(stride)


def max_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    if stride is None:
        stride = size
    size, stride = check(x, size, stride)
    h, w = x.shape[-3] // stride, x.shape[-2] // stride
    pooled = np.zeros(x.shape[:-3] + (h, w, x.shape[-1]), dtype=x.dtype)
    for i in range(h):
        for j in range(w):
            top, left = i * stride, j * stride
            region = x[..., top:top + size, left:left + size, :]
            pooled[..., i, j, :] = np.amax(region, axis=(-3, -2))
    return pooled
