"""The return is indented once too often: only the first image is gone through.

apart: verify.py compares its gradients
says: first|return|loop|batch|images|only one|other images
"""
import numpy as np


def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def conv_forward(A_prev, W, b, hparameters):
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, f, _, n_C = W.shape
    A_pad = zero_pad(A_prev, pad)
    m, H, Wd, _ = A_pad.shape
    Z = np.zeros((m, (H - f) // stride + 1, (Wd - f) // stride + 1, n_C))
    for h in range(Z.shape[1]):
        for w in range(Z.shape[2]):
            for c in range(n_C):
                piece = A_pad[:, h * stride:h * stride + f, w * stride:w * stride + f, :]
                Z[:, h, w, c] = np.sum(piece * W[..., c], axis=(1, 2, 3)) + b[0, 0, 0, c]
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    (A_prev, W, b, hparameters) = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f, f, _, n_C = W.shape
    m, n_H, n_W, n_C = dZ.shape
    dA_prev = np.zeros(A_prev.shape)
    dW = np.zeros(W.shape)
    db = np.zeros((1, 1, 1, n_C))
    A_prev_pad, dA_prev_pad = zero_pad(A_prev, pad), zero_pad(dA_prev, pad)
    H, Wd = A_prev.shape[1:3]
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    v, u = h * stride, w * stride
                    dA_prev_pad[i, v:v + f, u:u + f, :] += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += A_prev_pad[i, v:v + f, u:u + f, :] * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
        dA_prev[i] = dA_prev_pad[i, pad:pad + H, pad:pad + Wd, :]
        return dA_prev, dW, db
