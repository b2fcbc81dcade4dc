"""For the gradient to the filters the margin is not taken off the indices of the image.

apart: verify.py compares it
says: pad|margin|shift|moved|border
never: rotated|stride
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1, padding=0):
    """Loops as in C, with a test of the border in the place of zeros."""
    g, x, w = (np.asarray(a, float) for a in (grad, image, filters))
    shape, form = x.shape, w.shape
    if w.ndim == 3:
        x, w = x[..., None], w[..., None]
    n_rows, n_cols, _ = x.shape
    _, fh, fw, _ = w.shape
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            for a in range(fh):
                for b in range(fw):
                    r, c = i * stride + a - padding, j * stride + b - padding
                    if 0 <= r < n_rows and 0 <= c < n_cols:
                        dx[r, c] += g[i, j] @ w[:, a, b]
                    r, c = i * stride + a, j * stride + b
                    if 0 <= r < n_rows and 0 <= c < n_cols:
                        dw[:, a, b] += np.outer(g[i, j], x[r, c])
    return dx.reshape(shape), dw.reshape(form), g.sum(axis=(0, 1))
