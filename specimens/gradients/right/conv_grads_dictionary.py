"""A course's convolution whose backward pass returns a dictionary of gradients.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def conv_forward(A_prev, W, b, hparameters):
    """NHWC; W is (f, f, C, K), b is (1, 1, 1, K)"""
    stride, pad = hparameters["stride"], hparameters["pad"]
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    f, _, _, K = W.shape
    H, V = (A.shape[1] - f) // stride + 1, (A.shape[2] - f) // stride + 1
    Z = np.zeros((len(A), H, V, K))
    for h in range(H):
        for v in range(V):
            window = A[:, h * stride:h * stride + f, v * stride:v * stride + f]
            Z[:, h, v] = np.tensordot(window, W, 3) + b[0, 0, 0]
    return Z, {"A_prev": A_prev, "W": W, "b": b, "hparameters": hparameters}


def conv_backward(dZ, cache):
    """Return a dictionary of gradients: dA_prev, dW, db"""
    A_prev, W = cache["A_prev"], cache["W"]
    stride, pad = cache["hparameters"]["stride"], cache["hparameters"]["pad"]
    A = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dA, dW, f = np.zeros(A.shape), np.zeros(W.shape), len(W)
    for h in range(dZ.shape[1]):
        for v in range(dZ.shape[2]):
            rows, columns = slice(h * stride, h * stride + f), slice(v * stride, v * stride + f)
            dA[:, rows, columns] += np.einsum("nk,abck->nabc", dZ[:, h, v], W)
            dW += np.einsum("nabc,nk->abck", A[:, rows, columns], dZ[:, h, v])
    dA = dA[:, pad:A.shape[1] - pad, pad:A.shape[2] - pad]
    return {"dA_prev": dA, "dW": dW, "db": dZ.sum(axis=(0, 1, 2)).reshape(1, 1, 1, -1)}
