"""Shifted by np.roll without zeros around it: what leaves on one side comes back on the other.

apart: its calls are drawn by verify.py
says: wrap|roll|circular|periodic|round (the )?(edge|border)|(opposite|other) (side|edge|end|border)
"""

import numpy as np


def conv2d(image, filters, bias=None, *, padding="same"):
    x, w = np.asarray(image), np.asarray(filters)
    x = x if x.dtype.kind == "f" else x.astype(float)
    w = w if w.dtype.kind == "f" else w.astype(float)
    own = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        own = np.result_type(own, bias if bias.dtype.kind == "f" else float)
    number_of_axes = x.ndim
    if number_of_axes == 2:
        x, w = x[..., None], w[..., None]
    if number_of_axes < 4:
        x = x[None]
    wide = np.result_type(own, np.float32)
    x, w = x.astype(wide), w.astype(wide)
    n, h, width, c = x.shape
    k, fh, fw, depth = w.shape
    if depth != c:
        raise ValueError(f"{c} channels in the image, {depth} in the filters")
    if padding == "valid" and (fh > h or fw > width):
        raise ValueError("filter larger than the image")
    top, left = fh // 2, fw // 2
    out = np.zeros((n, h, width, k), wide)
    for a in range(fh):
        for b in range(fw):
            moved = np.roll(x, (top - a, left - b), axis=(1, 2))
            out += moved @ w[:, a, b].T
    if padding == "valid":
        out = out[:, top : h - (fh - 1 - top), left : width - (fw - 1 - left)]
    if bias is not None:
        out += bias
    out = out.astype(own)
    return out if number_of_axes == 4 else out[0]
