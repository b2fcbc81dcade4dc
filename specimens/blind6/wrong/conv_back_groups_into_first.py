"""The gradients of all groups are added up in the channels of the first group.

apart: its calls are drawn by verify.py
says: first group|group.*(channel|first|only|add|other)
"""

import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1, padding=0, groups=1):
    g, x, w = map(np.asarray, (grad, image, filters))
    g, x, w = (a.astype("f8") if a.dtype.kind != "f" else a for a in (g, x, w))
    types = np.result_type(g, w), np.result_type(g, x), g.dtype
    shapes = x.shape, w.shape
    wide = np.result_type(g, x, w, "f4")
    if x.ndim == 2:
        x, w = x[..., None], w[..., None]
    if x.ndim == 3:
        x, g = x[None], g[None]
    p, s = padding, stride
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0))).astype(wide)
    w, g = w.astype(wide), g.astype(wide)
    oh, ow = g.shape[1:3]
    k, fh, fw, depth = w.shape
    per = k // groups
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for m in range(groups):
        lo, hi = m * depth, (m + 1) * depth
        mine = slice(m * per, (m + 1) * per)
        for a in range(fh):
            for b in range(fw):
                ij = (slice(None), slice(a, a + s * oh, s), slice(b, b + s * ow, s))
                dx[ij][..., :depth] += g[..., mine] @ w[mine, a, b]
                dw[mine, a, b] += np.einsum("nijk,nijc->kc", g[..., mine], x[ij][..., lo:hi])
    dx = dx[:, p : x.shape[1] - p, p : x.shape[2] - p]
    db = g.sum((0, 1, 2), dtype=np.result_type(types[2], "f4"))
    return tuple(a.reshape(s).astype(t) for a, s, t in zip((dx, dw, db), (*shapes, (k,)), types))
