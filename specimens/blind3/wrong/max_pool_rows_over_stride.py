r"""The maps are taken to have H // stride rows and W // stride columns, whatever the size of a window.

says: H ?// ?stride|number of (windows|rows)|how many|partial|windows? (that|too|beyond|outside|leav)|too (many|few)|shape|(rows|columns).*stride|stride.*(rows|columns)|incomplete|cut off|ceil|rounded up|left over
shows: max_pool2d(whole(6, 6, 2), 3, 1)
shows: max_pool2d(whole(7, 7, 2), 1, 2)
"""
import operator

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    if x.dtype.kind not in "fiub":
        raise TypeError("numbers, please")
    x = x if x.dtype.kind == "f" else x.astype(float)
    size = operator.index(size)
    step = size if stride is None else operator.index(stride)
    if step < 1:
        raise ValueError("stride")
    if x.ndim < 3 or x.ndim > 4:
        raise ValueError("axes")
    if size < 1 or size > x.shape[-3] or size > x.shape[-2]:
        raise ValueError("size")
    batch = x if x.ndim == 4 else x[None]
    N, H, W, K = batch.shape
    out = np.zeros((N, H // step, W // step, K), x.dtype)
    for i in range(H // step):
        for j in range(W // step):
            region = batch[:, i * step:i * step + size, j * step:j * step + size, :]
            out[:, i, j] = np.amax(region, axis=(1, 2))
    return out if x.ndim == 4 else out[0]
