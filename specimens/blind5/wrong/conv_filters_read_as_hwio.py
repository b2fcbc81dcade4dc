r"""Filters are taken as they lie in memory for (f, f, C, K), the order of another framework: they are reshaped to it and not transposed.

says: reshap|order|HWIO|layout|\(f, f, C, K\)|lie in memory|scrambl|weights? (are|is) (read|taken|mixed)|transpos
shows: conv2d(np.arange(50.0).reshape(5, 5, 2), np.arange(54.0).reshape(3, 3, 3, 2))
"""
import numpy as np


def _real(a):
    a = np.asarray(a)
    return a if np.issubdtype(a.dtype, np.floating) else a.astype(np.float64)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x, w = _real(image), _real(filters)
    rank = x.ndim
    if rank == 2:
        x, w = x[:, :, np.newaxis], w[:, :, :, np.newaxis]
    if rank < 4:
        x = x[np.newaxis]
    k, fh, fw, c = w.shape
    dtype = np.result_type(x, w) if bias is None else np.result_type(x, w, _real(bias))
    wide = np.result_type(dtype, np.float32)
    hwio = np.ascontiguousarray(w).reshape(fh, fw, c, k).astype(wide)
    if padding == "same":
        x = np.pad(x, ((0, 0), (fh // 2, fh // 2), (fw // 2, fw // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (fh, fw), axis=(1, 2))
    windows = windows[:, ::stride, ::stride].astype(wide)
    y = np.einsum("nhwcab,abck->nhwk", windows, hwio)
    if bias is not None:
        y += _real(bias)
    y = y.astype(dtype)
    return y if rank == 4 else y[0]
