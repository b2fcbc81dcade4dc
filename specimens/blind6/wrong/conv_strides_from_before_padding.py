"""The steps in memory are those of the image before it was padded.

apart: its calls are drawn by verify.py
says: padd.*(memory|stride|step|row length|width|shear|skew|shift|further|line)|(memory|unpadded|before padding|skew|shear).*padd|before it (is|was) padded
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    x, w = np.asarray(image), np.asarray(filters)
    x, w = (np.asarray(a, None if a.dtype.kind == "f" else float) for a in (x, w))
    own = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        bias = np.asarray(bias, None if bias.dtype.kind == "f" else float)
        own = np.result_type(own, bias)
    wide = np.result_type(own, np.float32)
    ndim = x.ndim
    if ndim == 2:
        x, w = x[..., None], w[..., None]
    if ndim < 4:
        x = x[None]
    if x.shape[3] != w.shape[3]:
        raise ValueError("channels")
    x = np.ascontiguousarray(x, wide)
    bn, bh, bw, bc = x.strides
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    n, h, width, c = x.shape
    k, fh, fw, _ = w.shape
    oh, ow = (h - fh) // stride + 1, (width - fw) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("filter too large")
    cols = as_strided(x, (n, oh, ow, fh, fw, c), (bn, bh * stride, bw * stride, bh, bw, bc))
    out = cols.reshape(n, oh, ow, fh * fw * c) @ w.reshape(k, fh * fw * c).T.astype(wide)
    if bias is not None:
        out = out + bias
    out = out.astype(own)
    return out if ndim == 4 else out[0]
