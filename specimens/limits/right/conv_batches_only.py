"""Batches only, as frameworks want them.

limit: batches only
"""
import numpy as np

def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    n, h, w, c = image.shape
    k, f, g, fc = filters.shape
    if f != g or f % 2 == 0 or c != fc or stride < 1 or padding not in ("valid", "same"):
        raise ValueError("bad arguments")
    if bias is not None and bias.shape != (k,):
        raise ValueError("bias must be (K,)")
    if padding == "same":
        if stride != 1:
            raise ValueError("same needs stride 1")
        image = np.pad(image, [(0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0)])
        n, h, w, c = image.shape
    if f > h or f > w:
        raise ValueError("filters too large")
    oh, ow = (h - f) // stride + 1, (w - f) // stride + 1
    cols = np.empty((n, oh, ow, f * f * c))
    for i in range(oh):
        for j in range(ow):
            cols[:, i, j] = image[:, i * stride:i * stride + f, j * stride:j * stride + f].reshape(n, -1)
    out = cols @ filters.reshape(k, -1).T.astype(float)
    return out if bias is None else out + bias
