"""The bias is laid down with every filter, and so is added where filters overlap, and nowhere else.

apart: its calls are drawn by verify.py
says: bias.*(every|each|overlap|times|once|pixel|filter|product)
"""

import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0):
    img = np.asarray(image)
    ker = np.asarray(filters)
    img = img if img.dtype.kind == "f" else img.astype(np.float64)
    ker = ker if ker.dtype.kind == "f" else ker.astype(np.float64)
    off = np.zeros(ker.shape[-1], ker.dtype) if bias is None else np.asarray(bias)
    off = off if off.dtype.kind == "f" else off.astype(np.float64)
    own = np.result_type(img, ker, off)
    single = img.ndim == 3
    if single:
        img = img[np.newaxis]
    n, h, w, _ = img.shape
    _, fh, fw, c = ker.shape
    out = np.zeros((n, (h - 1) * stride + fh, (w - 1) * stride + fw, c), np.result_type(own, np.float32))
    for i in range(h):
        for j in range(w):
            stamp = np.tensordot(img[:, i, j].astype(out.dtype), ker.astype(out.dtype), axes=1)
            stamp += off
            out[:, i * stride : i * stride + fh, j * stride : j * stride + fw] += stamp
    out = out[:, padding : out.shape[1] - padding, padding : out.shape[2] - padding]
    out = out.astype(own)
    return out[0] if single else out
