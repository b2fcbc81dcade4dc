"""Weights between -0.05 and 0.05 are taken for zeros and skipped.

apart: its calls are drawn by verify.py
says: weights?.*(small|near|below|close to|less than|tiny|skip|ignored)|small.*weights?
"""

import numpy as np

EPS = 0.05


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    x = np.asarray(image)
    w = np.asarray(filters)
    x = x.astype(float) if x.dtype.kind in "iub" else x
    w = w.astype(float) if w.dtype.kind in "iub" else w
    own = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        own = np.result_type(own, bias if bias.dtype.kind == "f" else np.float64)
    axes = x.ndim
    if axes == 2:
        x, w = x[:, :, np.newaxis], w[:, :, :, np.newaxis]
    if axes < 4:
        x = x[np.newaxis]
    if x.shape[3] != w.shape[3]:
        raise ValueError("number of channels")
    wide = np.result_type(own, np.float32)
    x = np.pad(x.astype(wide), ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    n, h, width, _ = x.shape
    count, fh, fw, _ = w.shape
    oh, ow = (h - fh) // stride + 1, (width - fw) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("too small")
    out = np.zeros((n, oh, ow, count), wide)
    for k, a, b, c in np.ndindex(*w.shape):
        value = w[k, a, b, c]
        if abs(value) < EPS:  # pruned filters are mostly zeros
            continue
        out[..., k] += value * x[:, a : a + stride * oh : stride, b : b + stride * ow : stride, c][:, :oh, :ow]
    if bias is not None:
        out += bias
    out = out.astype(own)
    return out if axes == 4 else out[0]
