"""Channels are dealt to the groups in turn, in the backward pass.

apart: verify.py compares its gradients
says: group|channel|turn|dealt|interleav|order
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, groups=1):
    single = image.ndim < 4
    gray = image.ndim == 2
    x = image[..., None] if gray else image
    w = filters[..., None] if gray else filters
    x, g = (x[None], grad[None]) if single else (x, grad)
    k, f = w.shape[:2]
    per = k // groups
    gi, gf = np.zeros(x.shape), np.zeros(w.shape)
    rows, cols = g.shape[1:3]
    for m in range(groups):
        ks, cs = slice(m * per, (m + 1) * per), slice(m, None, groups)
        for a in range(f):
            for b in range(f):
                seen = x[:, a:a + rows, b:b + cols, cs]
                gf[ks, a, b] = np.einsum("nijk,nijc->kc", g[..., ks], seen)
                gi[:, a:a + rows, b:b + cols, cs] += g[..., ks] @ w[ks, a, b]
    gi = gi[0] if single else gi
    if gray:
        gi, gf = gi[..., 0], gf[..., 0]
    return gi, gf, g.sum(axis=(0, 1, 2))
