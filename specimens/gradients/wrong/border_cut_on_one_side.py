"""The shape is right, and the border is cut off on one side only: everything is moved.

apart: verify.py compares its gradients
says: padd|border|crop|shift|moved|offset|side|corner
"""
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    Z = np.zeros((len(X), (X.shape[1] - f) // s + 1, (X.shape[2] - f) // s + 1, W.shape[3]))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            Z[:, h, w] = np.tensordot(X[:, h * s:h * s + f, w * s:w * s + f], W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    m, H, Wd, C = A_prev.shape
    X = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for h in range(dZ.shape[1]):
        for w in range(dZ.shape[2]):
            ys, xs = slice(h * s, h * s + f), slice(w * s, w * s + f)
            dX[:, ys, xs] += np.einsum("nk,abck->nabc", dZ[:, h, w], W)
            dW += np.einsum("nabc,nk->abck", X[:, ys, xs], dZ[:, h, w])
    db = dZ.sum(axis=(0, 1, 2)).reshape(1, 1, 1, -1)
    return dX[:, :H, :Wd, :], dW, db
