r"""Between two pixels there are as many zeros as the stride, not one less.

apart: its calls are drawn by verify.py
says: stride.*(zeros|between|more|\+ ?1|one|further|apart|spac)|zeros.*between
"""

import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0):
    x, w = np.asarray(image), np.asarray(filters)
    x = x if x.dtype.kind == "f" else x.astype(float)
    w = w if w.dtype.kind == "f" else w.astype(float)
    b = np.zeros(w.shape[3], w.dtype) if bias is None else np.asarray(bias)
    b = b if b.dtype.kind == "f" else b.astype(float)
    own = np.result_type(x, w, b)
    wide = np.result_type(own, np.float32)
    images = x if x.ndim == 4 else x[None]
    n, h, width, k = images.shape
    if k != w.shape[0]:
        raise ValueError("a filter for each channel of the image")
    _, fh, fw, c = w.shape
    step = stride if stride == 1 else stride + 1
    spread = np.zeros((n, (h - 1) * step + 1, (width - 1) * step + 1, k), wide)
    spread[:, ::step, ::step] = images
    spread = np.pad(spread, ((0, 0), (fh - 1, fh - 1), (fw - 1, fw - 1), (0, 0)))
    oh, ow = spread.shape[1] - fh + 1, spread.shape[2] - fw + 1
    out = np.zeros((n, oh, ow, c), wide)
    turned = w[:, ::-1, ::-1].astype(wide)
    for a in range(fh):
        for e in range(fw):
            out += spread[:, a : a + oh, e : e + ow] @ turned[:, a, e]
    out = out[:, padding : oh - padding, padding : ow - padding] + b
    out = out.astype(own)
    return out if x.ndim == 4 else out[0]
