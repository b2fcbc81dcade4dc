r"""The gradient of the image ends with the last window: what no window reaches is missing.

apart: its calls are drawn by verify.py
says: shape|\brows?\b|columns?|smaller|no window
"""

import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    g = np.asarray(grad)
    x = np.asarray(image)
    w = np.asarray(filters)
    g, x, w = (a if a.dtype.kind == "f" else a.astype(float) for a in (g, x, w))
    x4 = x if x.ndim == 4 else x[None]
    g4 = g if x.ndim == 4 else g[None]
    w4 = w
    if x.ndim == 2:
        x4, w4 = x4[..., None], w[..., None]
    n, height, width, c = x4.shape
    k, fh, fw, _ = w4.shape
    wide = np.result_type(g, x, w, np.float32)
    oh, ow = g4.shape[1:3]
    h = (oh - 1) * stride + fh
    v = (ow - 1) * stride + fw
    dx = np.zeros((n, h, v, c), wide)
    dw = np.zeros(w4.shape, wide)
    for i in range(oh):
        for j in range(ow):
            here = (slice(None), slice(i * stride, i * stride + fh), slice(j * stride, j * stride + fw))
            out = g4[:, i, j].astype(wide)
            dx[here] += np.tensordot(out, w4.astype(wide), axes=1)
            dw += np.tensordot(out, x4[here].astype(wide), axes=(0, 0))
    db = g4.sum(axis=(0, 1, 2), dtype=wide)
    dx = dx.astype(np.result_type(g, w))
    if x.ndim == 2:
        dx = dx[..., 0]
    return (
        dx if x.ndim == 4 else dx[0],
        dw.reshape(w.shape).astype(np.result_type(g, x)),
        db.astype(g.dtype),
    )
