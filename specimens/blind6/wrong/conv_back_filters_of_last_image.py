"""The gradient of the filters is that of the last image: it is set anew for each image, not added to.

apart: its calls are drawn by verify.py
says: (last|final|one|single) (image|row|element|of the batch)|(images?|batch).*(only|overwr|last|instead of|not (added|summed))
"""

import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1, padding=0):
    g, x, w = (_f(a) for a in (grad, image, filters))
    one = x.ndim < 4
    gray = x.ndim == 2
    images = x[None] if one else x
    grads = g[None] if one else g
    kernels = w
    if gray:
        images, kernels = images[..., None], w[..., None]
    wide = np.result_type(g, x, w, "f4")
    dx = np.zeros(images.shape, wide)
    dw = np.zeros(kernels.shape, wide)
    db = np.zeros(len(kernels), wide)
    for n in range(len(images)):
        cols = im2col(np.pad(images[n].astype(wide), ((padding,) * 2, (padding,) * 2, (0, 0))), kernels, stride)
        d = grads[n].reshape(-1, len(kernels)).astype(wide)
        db += d.sum(axis=0)
        dw = (d.T @ cols).reshape(kernels.shape)
        dx[n] = col2im(d @ kernels.reshape(len(kernels), -1).astype(wide), images.shape[1:], kernels, stride, padding)
    return (
        dx.reshape(x.shape).astype(np.result_type(g, w)),
        dw.reshape(w.shape).astype(np.result_type(g, x)),
        db.astype(g.dtype),
    )


def _f(a):
    a = np.asarray(a)
    return a.astype(float) if a.dtype.kind in "iub" else a


def im2col(x, w, s):
    _, f, g, _ = w.shape
    oh, ow = (x.shape[0] - f) // s + 1, (x.shape[1] - g) // s + 1
    return np.array(
        [x[i * s : i * s + f, j * s : j * s + g].ravel() for i in range(oh) for j in range(ow)]
    )


def col2im(cols, shape, w, s, p):
    h, width, c = shape
    _, f, g, _ = w.shape
    out = np.zeros((h + 2 * p, width + 2 * p, c), cols.dtype)
    ow = (width + 2 * p - g) // s + 1
    for m, col in enumerate(cols):
        i, j = divmod(m, ow)
        out[i * s : i * s + f, j * s : j * s + g] += col.reshape(f, g, c)
    return out[p : p + h, p : p + width]
