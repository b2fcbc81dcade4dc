"""The gradient of the bias is summed over the places of a map and averaged over the images; that of the filters is summed over both.

apart: forward passes only are known to calls.py; see verify.py
says: mean|averag|divided|number of images|batch|images
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d_backward(grad, image, filters):
    grad, image, filters = (
        a.astype(np.float64) if a.dtype.kind in "iub" else a for a in map(np.asarray, (grad, image, filters))
    )
    wide = np.result_type(grad, image, filters, np.float32)
    x = image[..., None] if image.ndim == 2 else image
    x = (x if x.ndim == 4 else x[None]).astype(wide)
    g = (grad if grad.ndim == 4 else grad[None]).astype(wide)
    w = (filters[..., None] if filters.ndim == 3 else filters).astype(wide)
    k, fh, fw, _ = w.shape
    dw = np.einsum("nijk,nijcab->kabc", g, sliding_window_view(x, (fh, fw), axis=(1, 2)))
    spread = np.pad(g, ((0, 0), (fh - 1,) * 2, (fw - 1,) * 2, (0, 0)))
    dx = np.einsum("nijkab,kabc->nijc", sliding_window_view(spread, (fh, fw), axis=(1, 2)), w[:, ::-1, ::-1])
    db = np.sum(g, axis=(1, 2)).mean(axis=0) if len(g) else np.zeros(k)
    return (
        dx.reshape(image.shape).astype(np.result_type(grad, filters)),
        dw.reshape(filters.shape).astype(np.result_type(grad, image)),
        db.astype(grad.dtype),
    )
