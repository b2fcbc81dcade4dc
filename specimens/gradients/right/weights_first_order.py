"""Functions that return (dw, db, dx), in this order.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def conv_layer_forward(x, kernel, bias, step=1):
    # x (N,H,W,C), kernel (K,f,f,C)
    f = kernel.shape[1]
    rows = range(0, x.shape[1] - f + 1, step)
    cols = range(0, x.shape[2] - f + 1, step)
    return np.stack([np.stack([np.einsum('nabc,kabc->nk', x[:, i:i + f, j:j + f], kernel) for j in cols], 1)
                     for i in rows], 1) + bias


def conv_layer_backward(dy, x, kernel, step=1):
    f = kernel.shape[1]
    dkernel = np.zeros(kernel.shape)
    dx = np.zeros(x.shape)
    for a in range(dy.shape[1]):
        for b in range(dy.shape[2]):
            i, j = a * step, b * step
            dkernel += np.einsum('nk,nabc->kabc', dy[:, a, b], x[:, i:i + f, j:j + f])
            dx[:, i:i + f, j:j + f] += np.einsum('nk,kabc->nabc', dy[:, a, b], kernel)
    dbias = dy.sum(axis=(0, 1, 2))
    return dkernel, dbias, dx


def fc_layer_forward(x, w, b):
    return x @ w + b


def fc_layer_backward(dy, x, w):
    dw = x.T @ dy
    db = dy.sum(axis=0)
    dx = dy @ w.T
    return dw, db, dx
