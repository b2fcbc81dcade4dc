"""A function of the kind that course notes have: NCHW, weights (in, out, h, w), stride and pad; no checks.

exit: 1
says: every number tested is right
turned: conv_transpose2d = lambda image, filters, bias=None, stride=1, padding=0: nchw_call(m.deconv2d, image, filters, 0 * filters[0, 0, 0] if bias is None else bias, stride=stride, pad=padding)
shows: conv_transpose2d(whole(2, 3, 4, 2), whole(2, 3, 3, 5), whole(5), stride=2, padding=1)
"""
import numpy as np


def deconv2d(x, w, b, stride=1, pad=0):
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    out = np.zeros((N, F, (H - 1) * stride + HH, (W - 1) * stride + WW))
    for i in range(H):
        for j in range(W):
            out[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW] += np.tensordot(x[:, :, i, j], w, axes=1)
    out = out[:, :, pad:out.shape[2] - pad, pad:out.shape[3] - pad]
    return out + b[None, :, None, None]
