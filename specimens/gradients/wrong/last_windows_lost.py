"""The loops of the backward pass leave out the last row and the last column of windows.

apart: verify.py compares its gradients
says: last|lost|edge|bound|left out|missing|border
"""
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    HH, WW = w.shape[2:]
    H_out, W_out = 1 + (xp.shape[2] - HH) // s, 1 + (xp.shape[3] - WW) // s
    out = np.zeros((len(x), len(w), H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            out[:, :, i, j] = np.tensordot(xp[:, :, i * s:i * s + HH, j * s:j * s + WW], w, ([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    db = dout.sum(axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(0, xp.shape[2] - HH, s):
                for j in range(0, xp.shape[3] - WW, s):
                    if i // s < dout.shape[2] and j // s < dout.shape[3]:
                        dw[f] += dout[n, f, i // s, j // s] * xp[n, :, i:i + HH, j:j + WW]
                        dxp[n, :, i:i + HH, j:j + WW] += dout[n, f, i // s, j // s] * w[f]
    return dxp[:, :, p:p + H, p:p + W], dw, db
