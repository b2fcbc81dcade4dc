"""In the gradient to the image both axes go by the stride of the rows.

apart: verify.py compares it
says: stride.*(row|column|axis|axes|pair|both)|(row|column|axis|axes|both).*stride
never: dilation
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    sh, sw = (stride, stride) if np.isscalar(stride) else stride
    g, x, w = (np.asarray(a, float) for a in (grad, image, filters))
    gray = w.ndim == 3
    if gray:
        x, w = x[..., None], w[..., None]
    fh, fw = w.shape[1:3]
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(g.shape[-3]):
        for j in range(g.shape[-2]):
            here = g[..., i, j, :]
            patch = x[..., i * sh : i * sh + fh, j * sw : j * sw + fw, :]
            dw += np.tensordot(
                np.atleast_2d(here), patch.reshape(-1, fh, fw, w.shape[3]), axes=(0, 0)
            )
            back = dx[..., i * sh : i * sh + fh, j * sh : j * sh + fw, :]
            back += np.tensordot(here, w, axes=1)[..., : back.shape[-2], :]
    if gray:
        dx, dw = dx[..., 0], dw[..., 0]
    return dx, dw, g.reshape(-1, g.shape[-1]).sum(axis=0)
