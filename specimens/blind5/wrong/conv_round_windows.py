"""The number of windows is rounded, not rounded down: where they do not fit, there is at times one more, and what it has no pixels for is left out of its sum.

says: round|incomplete|one (window|row|column)[^.]*(more|too)|(more|too many) (windows|rows|columns)|(window|row|column)s?[^.]*(added|beyond|cut|partly|outside|over the edge)|remainder|ceil|does not divide
shows: conv2d(np.ones((8, 6)), np.ones((1, 3, 3)), stride=3)
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = (a if a.dtype.kind == "f" else a.astype(float) for a in map(np.asarray, (image, filters)))
    kind = np.result_type(image, filters, *([] if bias is None else [np.asarray(bias) * 1.0]))
    x = image[..., None] if image.ndim == 2 else image
    w = filters[..., None] if filters.ndim == 3 else filters
    x = (x if x.ndim == 4 else x[None]).astype(np.result_type(kind, np.float32))
    n, height, width, _ = x.shape
    count, fh, fw, _ = w.shape
    out_h = round((height - fh) / stride) + 1
    out_w = round((width - fw) / stride) + 1
    out = np.zeros((n, out_h, out_w, count), x.dtype)
    for i in range(out_h):
        for j in range(out_w):
            window = x[:, i * stride:i * stride + fh, j * stride:j * stride + fw]
            part = w[:, :window.shape[1], :window.shape[2]].astype(x.dtype)
            out[:, i, j] = np.einsum("nabc,kabc->nk", window, part)
    if bias is not None:
        out = out + np.asarray(bias)
    out = out.astype(kind)
    return out if image.ndim == 4 else out[0]
