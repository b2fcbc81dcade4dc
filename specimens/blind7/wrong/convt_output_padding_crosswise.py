"""Of a pair of output paddings the first is put at the columns, the second at the rows.

apart: verify.py compares it
says: output.padding.*(swap|exchang|crosswise|rows|columns|order|axis|axes|pair)
never: stride
"""
import numpy as np


def _pair(v):
    return (v, v) if isinstance(v, (int, np.integer)) else tuple(v)


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0):
    x, w = np.asarray(image, float), np.asarray(filters, float)
    (sh, sw), (ph, pw), (more_w, more_h) = _pair(stride), _pair(padding), _pair(output_padding)
    single = x.ndim == 3
    if single:
        x = x[None]
    n, h, width, _ = x.shape
    _, fh, fw, c = w.shape
    full_h = (h - 1) * sh + fh + more_h
    full_w = (width - 1) * sw + fw + more_w
    out = np.zeros((n, full_h, full_w, c))
    for i in range(h):
        for j in range(width):
            out[:, i * sh : i * sh + fh, j * sw : j * sw + fw] += np.tensordot(x[:, i, j], w, 1)
    if bias is not None:
        out = out + bias
    out = out[:, ph : full_h - ph, pw : full_w - pw]
    return out[0] if single else out
