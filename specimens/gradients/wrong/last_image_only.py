"""The line that takes the border away stands behind the loop: the last image alone gets its gradient.

apart: verify.py compares its gradients
says: last image|batch|images|only|loop|zero
"""
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, f, _, n_C = W.shape
    A_pad = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    m, H, Wd, _ = A_pad.shape
    Z = np.zeros((m, (H - f) // stride + 1, (Wd - f) // stride + 1, n_C))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            piece = A_pad[:, h * stride:h * stride + f, w * stride:w * stride + f, :]
            Z[:, h, w] = np.tensordot(piece, W, 3) + b.ravel()
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, f, _, n_C = W.shape
    m, n_H, n_W, n_C = dZ.shape
    H, Wd = A_prev.shape[1:3]
    dA_prev = np.zeros(A_prev.shape)
    dW = np.zeros(W.shape)
    for i in range(m):
        a_prev_pad = np.pad(A_prev[i], ((pad, pad), (pad, pad), (0, 0)))
        da_prev_pad = np.zeros(a_prev_pad.shape)
        for h in range(n_H):
            for w in range(n_W):
                ys, xs = slice(h * stride, h * stride + f), slice(w * stride, w * stride + f)
                da_prev_pad[ys, xs] += W @ dZ[i, h, w]
                dW += a_prev_pad[ys, xs][..., None] * dZ[i, h, w]
    dA_prev[i] = da_prev_pad[pad:pad + H, pad:pad + Wd]
    db = np.sum(dZ, axis=(0, 1, 2)).reshape(1, 1, 1, n_C)
    return dA_prev, dW, db
