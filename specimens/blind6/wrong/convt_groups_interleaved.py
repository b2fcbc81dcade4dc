"""The maps of the groups are laid out alternately, not one group after the other.

apart: its calls are drawn by verify.py
says: axes of groups and of their maps are swapped|group.*(order|interleav|altern|shuffl|permut|mixed|exchang|one after)|(order|interleav|altern).*group
"""

import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, groups=1):
    def f(a):
        a = np.asarray(a)
        return a if a.dtype.kind == "f" else a.astype(float)

    x, w = f(image), f(filters)
    own = np.result_type(x, w) if bias is None else np.result_type(x, w, f(bias))
    wide = np.result_type(own, np.float32)
    x4 = (x if x.ndim == 4 else x[None]).astype(wide)
    n, h, width, k = x4.shape
    if k != len(w) or k % groups:
        raise ValueError("channels and groups")
    _, fh, fw, c = w.shape
    per = k // groups
    xg = x4.reshape(n, h, width, groups, per)
    wg = w.astype(wide).reshape(groups, per, fh, fw, c)
    out = np.zeros((n, (h - 1) * stride + fh, (width - 1) * stride + fw, c, groups), wide)
    for a in range(fh):
        for b in range(fw):
            part = np.einsum("nijgp,gpc->nijcg", xg, wg[:, :, a, b])
            out[:, a : a + stride * h : stride, b : b + stride * width : stride][:, :h, :width] += part
    out = out.reshape(*out.shape[:3], groups * c)
    if bias is not None:
        out += f(bias)
    out = out.astype(own)
    return out if x.ndim == 4 else out[0]
