"""The gradient of the padded image is cut to size at its front: what belongs to the padding above and on the left comes out, and the image's last rows and columns are cut off.

apart: forward passes only are known to calls.py; see verify.py
says: shift|padd|crop|cut|margin|zeros|above|offset|top
"""
import numpy as np


def two(v):
    return (v, v) if np.ndim(v) == 0 else (v[0], v[1])


def conv2d_backward(dout, image, filters, *, stride=1, padding=0):
    dout, image, filters = (
        a.astype(np.float64) if a.dtype.kind in "iub" else a for a in map(np.asarray, (dout, image, filters))
    )
    big = np.result_type(dout, image, filters, np.float32)
    X = image[..., None] if image.ndim == 2 else image
    X = (X if X.ndim == 4 else X[None]).astype(big)
    D = (dout if dout.ndim == 4 else dout[None]).astype(big)
    K = (filters[..., None] if filters.ndim == 3 else filters).astype(big)
    (sh, sw), (ph, pw) = two(stride), two(padding)
    _, h, w, _ = X.shape
    _, fh, fw, _ = K.shape
    P = np.pad(X, ((0, 0), (ph, ph), (pw, pw), (0, 0)))
    dP, dK = np.zeros_like(P), np.zeros_like(K)
    for i in range(D.shape[1]):
        for j in range(D.shape[2]):
            spot = np.s_[:, i * sh:i * sh + fh, j * sw:j * sw + fw]
            dP[spot] += np.tensordot(D[:, i, j], K, 1)
            dK += np.tensordot(D[:, i, j], P[spot], ([0], [0]))
    dX = dP[:, :h, :w]
    return (
        dX.reshape(image.shape).astype(np.result_type(dout, filters)),
        dK.reshape(filters.shape).astype(np.result_type(dout, image)),
        D.sum((0, 1, 2)).astype(dout.dtype),
    )
