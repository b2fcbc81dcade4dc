"""The rows and columns of the output padding are added above and on the left, not below and on the right.

says: output.?padding|(front|above|top|before|left|first|beginning)[^.]*|shift
shows: conv_transpose2d(np.ones((2, 2, 1)), np.ones((1, 3, 3, 1)), stride=2, output_padding=1)
"""
import numpy as np


def pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def real(a):
    a = np.asarray(a)
    return a.astype(float) if a.dtype.kind in "biu" else a


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0):
    image, filters = real(image), real(filters)
    dtype = np.result_type(image, filters) if bias is None else np.result_type(image, filters, real(bias))
    wide = np.result_type(dtype, np.float32)
    x = (image if image.ndim == 4 else image[None]).astype(wide)
    n, h, w, k = x.shape
    _, fh, fw, c = filters.shape
    (sh, sw), (ph, pw), (eh, ew) = pair(stride), pair(padding), pair(output_padding)
    full = np.zeros((n, (h - 1) * sh + fh + eh, (w - 1) * sw + fw + ew, c), wide)
    for i in range(h):
        for j in range(w):
            r, q = i * sh + eh, j * sw + ew
            full[:, r:r + fh, q:q + fw] += np.tensordot(x[:, i, j], filters.astype(wide), 1)
    out = full[:, ph:full.shape[1] - ph, pw:full.shape[2] - pw]
    if bias is not None:
        out = out + real(bias)
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
