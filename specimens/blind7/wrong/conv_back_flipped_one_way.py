"""For the gradient to the image the filters are turned upside down, but not from left to right.

apart: verify.py compares it
says: flip|mirror|turned|rotat|upside|left to right|columns? .*revers|revers
never: transposed
"""
import numpy as np


def _correlate(x, w):
    """Valid cross-correlation: x (N, H, W, C), w (K, f, f, C)."""
    fh, fw = w.shape[1:3]
    oh, ow = x.shape[1] - fh + 1, x.shape[2] - fw + 1
    out = np.zeros((len(x), oh, ow, len(w)))
    for a in range(fh):
        for b in range(fw):
            out += x[:, a : a + oh, b : b + ow] @ w[:, a, b].T
    return out


def conv2d_backward(grad, image, filters):
    g, x, w = (np.asarray(a, float) for a in (grad, image, filters))
    gray, single = w.ndim == 3, g.ndim == 3
    if gray:
        x, w = x[..., None], w[..., None]
    if single:
        g, x = g[None], x[None]
    fh, fw = w.shape[1:3]
    full = np.pad(g, ((0, 0), (fh - 1, fh - 1), (fw - 1, fw - 1), (0, 0)))
    d_image = _correlate(full, w[:, ::-1].transpose(3, 1, 2, 0))
    d_filters = _correlate(x.transpose(3, 1, 2, 0), g.transpose(3, 1, 2, 0)).transpose(3, 1, 2, 0)
    d_bias = g.sum(axis=(0, 1, 2))
    if single:
        d_image = d_image[0]
    if gray:
        d_image, d_filters = d_image[..., 0], d_filters[..., 0]
    return d_image, d_filters, d_bias
