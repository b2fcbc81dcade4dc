"""Everything is turned into float32 on the way, and back.

apart: verify.py compares its gradients
says: float32|single|precision|round|digits
"""
import numpy as np


def conv2d_backward(grad, image, filters):
    dtype = np.result_type(grad, image, filters, np.float32)
    g, x, w = (np.asarray(a, dtype=np.float32) for a in (grad, image, filters))
    gray, single = x.ndim == 2, x.ndim < 4
    if gray:
        x, w = x[..., None], w[..., None]
    if single:
        x, g = x[None], g[None]
    f = w.shape[1]
    gi, gf = np.zeros_like(x), np.zeros_like(w)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            gf += np.einsum("nk,nabc->kabc", g[:, i, j], x[:, i:i + f, j:j + f])
            gi[:, i:i + f, j:j + f] += np.einsum("nk,kabc->nabc", g[:, i, j], w)
    gi = gi[0] if single else gi
    if gray:
        gi, gf = gi[..., 0], gf[..., 0]
    return gi.astype(dtype), gf.astype(dtype), g.sum(axis=(0, 1, 2)).astype(dtype)
