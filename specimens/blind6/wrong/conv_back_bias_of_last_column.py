"""The gradient of the bias sums the last column of windows only: it stands behind the inner loop.

apart: its calls are drawn by verify.py
says: bias.*(column|last|only|some|not all|window)
"""

import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    g, x, w = np.asarray(grad), np.asarray(image), np.asarray(filters)
    g = g.astype(float) if g.dtype.kind != "f" else g
    x = x.astype(float) if x.dtype.kind != "f" else x
    w = w.astype(float) if w.dtype.kind != "f" else w
    xs, gs, ws = x, g, w
    if x.ndim == 2:
        xs, ws = xs[..., None], ws[..., None]
    if x.ndim < 4:
        xs, gs = xs[None], gs[None]
    wide = np.result_type(g, x, w, np.float32)
    xs, gs, ws = xs.astype(wide), gs.astype(wide), ws.astype(wide)
    n, oh, ow, k = gs.shape
    _, fh, fw, _ = ws.shape
    dx, dw, db = np.zeros_like(xs), np.zeros_like(ws), np.zeros(k, wide)
    for m in range(n):
        for i in range(oh):
            for j in range(ow):
                top, left = i * stride, j * stride
                patch = xs[m, top : top + fh, left : left + fw]
                for f in range(k):
                    dx[m, top : top + fh, left : left + fw] += ws[f] * gs[m, i, j, f]
                    dw[f] += patch * gs[m, i, j, f]
            db += gs[m, i, j]
    return (
        dx.reshape(x.shape).astype(np.result_type(g, w)),
        dw.reshape(w.shape).astype(np.result_type(g, x)),
        db.astype(g.dtype),
    )
