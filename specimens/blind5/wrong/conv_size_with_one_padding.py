"""The size of the maps is computed with the padding of one side only: the last rows and columns are missing.

says: (last|bottom|right)[^.]*(missing|never|not|cut|left out)|missing|too small|(smaller|fewer|short)|one side|(top|above)[^.]*only|only[^.]*(top|above|left)|half of (all )?(the|their) (zeros|padding)|total
shows: conv2d(np.ones((4, 4)), np.ones((1, 3, 3)), padding=1)
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    x, w = np.asarray(image), np.asarray(filters)
    x, w = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (x, w))
    rank = x.ndim
    if rank == 2:
        x, w = x[:, :, None], w[..., None]
    x = x if rank == 4 else x[None]
    dtype = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        bias = bias if bias.dtype.kind == "f" else bias.astype(np.float64)
        dtype = np.result_type(dtype, bias)
    big = np.result_type(dtype, np.float32)
    N, H, W, C = x.shape
    F, HH, WW, _ = w.shape
    H_out = (H + padding - HH) // stride + 1
    W_out = (W + padding - WW) // stride + 1
    x_pad = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0))).astype(big)
    out = np.zeros((N, H_out, W_out, F), big)
    for f in range(F):
        for i in range(H_out):
            for j in range(W_out):
                r, c = i * stride, j * stride
                out[:, i, j, f] = np.sum(x_pad[:, r:r + HH, c:c + WW] * w[f].astype(big), axis=(1, 2, 3))
    if bias is not None:
        out += bias
    out = out.astype(dtype)
    return out if rank == 4 else out[0]
