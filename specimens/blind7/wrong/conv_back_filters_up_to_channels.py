"""The gradient to the image sums over as many filters as the image has channels.

apart: verify.py compares it
says: filter|map
never: rotated|stride|averaged
"""
import numpy as np


def conv2d_backward(grad, image, filters):
    g, x, w = (np.asarray(a, float) for a in (grad, image, filters))
    gray = w.ndim == 3
    if gray:
        x, w = x[..., None], w[..., None]
    K, F, G, C = w.shape
    H, W = g.shape[-3], g.shape[-2]
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for a in range(F):
        for b in range(G):
            seen = x[..., a : a + H, b : b + W, :]
            dw[:, a, b] = np.tensordot(g.reshape(-1, K), seen.reshape(-1, C), axes=(0, 0))
            for k in range(min(K, C)):
                dx[..., a : a + H, b : b + W, :] += g[..., k, None] * w[k, a, b]
    if gray:
        dx, dw = dx[..., 0], dw[..., 0]
    return dx, dw, g.reshape(-1, K).sum(axis=0)
