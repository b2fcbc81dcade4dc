"""Windows as a view and einsum; the three gradients come as a list.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x, w, squeeze = _batch(image, filters)
    p = w.shape[1] // 2 if padding == "same" else 0
    out = np.einsum("nijcab,kabc->nijk", _windows(x, w.shape[1], stride, p), w)
    if bias is not None:
        out = out + bias
    return out[0] if squeeze else out


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid"):
    x, w, squeeze = _batch(image, filters)
    g = grad[None] if squeeze else grad
    f = w.shape[1]
    p = f // 2 if padding == "same" else padding if padding != "valid" else 0
    d_filters = np.einsum("nijk,nijcab->kabc", g, _windows(x, f, stride, p))
    d_wide = np.zeros((x.shape[0], x.shape[1] + 2 * p, x.shape[2] + 2 * p, x.shape[3]))
    d_windows = np.einsum("nijk,kabc->nijabc", g, w)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            d_wide[:, i * stride:i * stride + f, j * stride:j * stride + f] += d_windows[:, i, j]
    d_image = d_wide[:, p:p + x.shape[1], p:p + x.shape[2]]
    if squeeze:
        d_image = d_image[0]
    return [d_image.reshape(np.shape(image)), d_filters.reshape(np.shape(filters)), g.sum(axis=(0, 1, 2))]


def _batch(image, filters):
    image = np.asarray(image, dtype=float)
    filters = np.asarray(filters, dtype=float)
    if image.ndim == 2:
        return image[None, :, :, None], filters[..., None], True
    return (image, filters, False) if image.ndim == 4 else (image[None], filters, True)


def _windows(x, f, stride, p):
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    return sliding_window_view(x, (f, f), axis=(1, 2))[:, ::stride, ::stride]
