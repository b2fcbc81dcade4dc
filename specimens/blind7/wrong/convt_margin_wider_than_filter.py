"""Where the padding is larger than f - 1, the zeros around would be fewer than none: nothing is cut off.

apart: verify.py compares it
says: padding.*(larger|more|beyond|exceed|f - 1|filter|at least|than)|f - 1|cut|crop
never: output_padding
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0):
    """Zeros between the pixels, zeros around them, then a convolution with the filters turned."""
    x, w = np.asarray(image, float), np.asarray(filters, float)
    single = x.ndim == 3
    if single:
        x = x[None]
    n, h, width, k = x.shape
    _, fh, fw, c = w.shape
    spread = np.zeros((n, (h - 1) * stride + 1, (width - 1) * stride + 1, k))
    spread[:, ::stride, ::stride] = x
    mh, mw = max(fh - 1 - padding, 0), max(fw - 1 - padding, 0)
    spread = np.pad(spread, ((0, 0), (mh, mh), (mw, mw), (0, 0)))
    turned = w[:, ::-1, ::-1]
    oh, ow = spread.shape[1] - fh + 1, spread.shape[2] - fw + 1
    out = np.zeros((n, oh, ow, c))
    for a in range(fh):
        for b in range(fw):
            out += spread[:, a : a + oh, b : b + ow] @ turned[:, a, b]
    if bias is not None:
        out = out + bias
    return out[0] if single else out
