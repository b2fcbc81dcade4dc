"""What flows back to the image is laid down at (i, j), not at (i * stride, j * stride).

apart: forward passes only are known to calls.py; see verify.py
says: stride|side by side|1 apart|(i, j)|window
"""
import numpy as np


def fl(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a


def conv2d_backward(grad, image, filters, *, stride=1):
    grad, image, filters = fl(grad), fl(image), fl(filters)
    wide = np.result_type(grad, image, filters, np.float32)
    x = image[..., None] if image.ndim == 2 else image
    x = (x if x.ndim == 4 else x[None]).astype(wide)
    g = (grad if grad.ndim == 4 else grad[None]).astype(wide)
    w = (filters[..., None] if filters.ndim == 3 else filters).astype(wide)
    _, fh, fw, _ = w.shape
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            r, c = i * stride, j * stride
            dw += np.einsum("nk,nabc->kabc", g[:, i, j], x[:, r:r + fh, c:c + fw])
            dx[:, i:i + fh, j:j + fw] += np.einsum("nk,kabc->nabc", g[:, i, j], w)
    db = g.sum((0, 1, 2))
    return (
        dx.reshape(image.shape).astype(np.result_type(grad, filters)),
        dw.reshape(filters.shape).astype(np.result_type(grad, image)),
        db.astype(grad.dtype),
    )
