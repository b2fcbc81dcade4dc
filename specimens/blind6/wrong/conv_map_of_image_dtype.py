"""The map has the dtype of the image: of images of whole numbers the fractions are cut off.

apart: its calls are drawn by verify.py
says: (whole|integer|int).*(trunc|cut|fraction|round|dtype|image)|image's dtype|dtype of the image|fraction
"""

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    pic, bank = np.asarray(image), np.asarray(filters)
    kind = pic.dtype
    x = pic if pic.dtype.kind == "f" else pic.astype(float)
    w = bank if bank.dtype.kind == "f" else bank.astype(float)
    b = np.zeros(len(w), w.dtype) if bias is None else np.asarray(bias)
    b = b if b.dtype.kind == "f" else b.astype(float)
    own = np.result_type(x, w, b)
    if len(b) != len(w):
        raise ValueError("a bias for each filter")
    if pic.ndim == 2:
        x, w = x[..., None], w[..., None]
    if x.ndim == 3:
        x = x[None]
    if x.shape[3] != w.shape[3]:
        raise ValueError("image and filters differ in their channels")
    x = np.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    n, h, width, _ = x.shape
    k, fh, fw, _ = w.shape
    oh, ow = (h - fh) // stride + 1, (width - fw) // stride + 1
    out = np.zeros((n, oh, ow, k), dtype=kind)
    wide = np.result_type(own, np.float32)
    for i in range(oh):
        for j in range(ow):
            r, c = i * stride, j * stride
            region = x[:, r : r + fh, c : c + fw].reshape(n, fh * fw * w.shape[3]).astype(wide)
            out[:, i, j] = region @ w.reshape(k, -1).T.astype(wide) + b
    out = out.astype(own)
    return out if pic.ndim == 4 else out[0]
