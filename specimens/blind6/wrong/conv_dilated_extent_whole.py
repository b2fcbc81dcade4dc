r"""The extent of a dilated filter is counted as dilation * f: the last windows are missing.

apart: its calls are drawn by verify.py
says: dilation \* ?f|extended over f \* d|dilat.*(extent|reach|missing|fewer|too few|last (row|window|column)|one (row|window) less)
"""

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding=0, dilation=1):
    x, w = np.asarray(image), np.asarray(filters)
    x = x if x.dtype.kind == "f" else x.astype(float)
    w = w if w.dtype.kind == "f" else w.astype(float)
    own = np.result_type(x, w) if bias is None else np.result_type(x, w, _real(bias))
    single = x.ndim < 4
    if x.ndim == 2:
        x, w = x[:, :, None], w[:, :, :, None]
    if single:
        x = x[None]
    if x.shape[3] != w.shape[3]:
        raise ValueError(f"{x.shape[3]} channels, filters of {w.shape[3]}")
    wide = np.result_type(own, np.float32)
    x, w = x.astype(wide), w.astype(wide)
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    n, h, width, _ = x.shape
    k, fh, fw, _ = w.shape
    reach_h, reach_w = dilation * fh, dilation * fw
    oh = (h - reach_h) // stride + 1
    ow = (width - reach_w) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("the filter does not fit")
    out = np.zeros((n, oh, ow, k), wide)
    for a in range(fh):
        for b in range(fw):
            r, c = a * dilation, b * dilation
            seen = x[:, r : r + stride * (oh - 1) + 1 : stride, c : c + stride * (ow - 1) + 1 : stride]
            out += seen @ w[:, a, b].T
    if bias is not None:
        out += np.asarray(bias)
    out = out.astype(own)
    return out[0] if single else out


def _real(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype(float)
