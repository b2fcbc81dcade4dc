"""The product (maps, images * places) is reshaped to (images, maps, ...) at once.

apart: verify.py compares it
says: reshap|image.*(map|filter)|(map|filter).*image|order of (the )?axes|N, K
never: averag|stride
"""
import numpy as np


def im2col(x, fh, fw, s):
    n, c, h, w = x.shape
    oh, ow = (h - fh) // s + 1, (w - fw) // s + 1
    cols = np.empty((c, fh, fw, n, oh, ow))
    for a in range(fh):
        for b in range(fw):
            cols[:, a, b] = x[:, :, a : a + s * oh : s, b : b + s * ow : s].transpose(1, 0, 2, 3)
    return cols.reshape(c * fh * fw, n * oh * ow)


def conv_forward(x, w, b, stride=1, pad=0):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, _, h, width = x.shape
    f, _, hh, ww = w.shape
    oh, ow = (h - hh) // stride + 1, (width - ww) // stride + 1
    cols = im2col(x, hh, ww, stride)
    out = w.reshape(f, -1).astype(float) @ cols + b.reshape(-1, 1)
    return out.reshape(n, f, oh, ow)
