"""The first layer of a network: the gradient of the image is not computed, None stands in its place.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def conv_forward(x, w, b):
    N, C, H, W = x.shape
    K, _, f, _ = w.shape
    out = np.zeros((N, K, H - f + 1, W - f + 1))
    for i in range(H - f + 1):
        for j in range(W - f + 1):
            out[:, :, i, j] = np.einsum("ncab,kcab->nk", x[:, :, i:i + f, j:j + f], w) + b
    return out, (x, w)


def conv_backward(dout, cache):
    """Nothing lies below the first layer, so nothing is sent back; (None, dw, db)"""
    x, w = cache
    f = w.shape[-1]
    dw = np.zeros(w.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dw += np.einsum("nk,ncab->kcab", dout[:, :, i, j], x[:, :, i:i + f, j:j + f])
    return None, dw, dout.sum(axis=(0, 2, 3))
