r"""The places of the windows are remembered by the sizes of image and filter, and not by the stride.

says: cach|earlier|before|previous|first call|remember|kept|state|again|repeat|stride|same call
shows: [conv2d(whole(8, 9), whole(2, 3, 3)), conv2d(whole(8, 9), whole(2, 3, 3), stride=2)]
"""
import operator

import numpy as np

_places = {}


def _indices(h, w, f, stride):
    key = (h, w, f)
    if key not in _places:
        i = stride * np.arange((h - f) // stride + 1)
        j = stride * np.arange((w - f) // stride + 1)
        a = np.arange(f)
        ii = i[:, None, None, None] + a[None, None, :, None]
        jj = j[None, :, None, None] + a[None, None, None, :]
        _places[key] = ii, jj
    return _places[key]


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "biuf" or filters.dtype.kind not in "biuf":
        raise TypeError("image and filters must hold real numbers")
    if image.dtype.kind != "f":
        image = image.astype(float)
    if filters.dtype.kind != "f":
        filters = filters.astype(float)
    if image.ndim not in (2, 3, 4) or filters.ndim not in (3, 4) or (image.ndim > 2) != (filters.ndim > 3):
        raise ValueError("image and filters must be (H, W), (H, W, C) or (N, H, W, C) and (K, f, f[, C])")
    K, f = filters.shape[:2]
    if filters.shape[2] != f or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    if image.ndim > 2 and image.shape[-1] != filters.shape[-1]:
        raise ValueError("image and filters must have the same channels")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride must be at least 1")
    dtype = np.result_type(image, filters)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "biuf":
            raise TypeError("bias must hold real numbers")
        if bias.shape != (K,):
            raise ValueError("bias must be (K,)")
        dtype = np.result_type(dtype, bias if bias.dtype.kind == "f" else float)
    x = image if image.ndim == 4 else image[None]
    w = filters
    if image.ndim == 2:
        x, w = x[..., None], w[..., None]
    if padding == "same":
        if stride != 1:
            raise ValueError("padding same is for stride 1")
        x = np.pad(x, ((0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0)))
    elif padding != "valid":
        raise ValueError("padding must be valid or same")
    if f > min(x.shape[1:3]):
        raise ValueError("filters must fit into the image")
    ii, jj = _indices(x.shape[1], x.shape[2], f, stride)
    wide = np.result_type(dtype, np.float32)
    windows = x.astype(wide)[:, ii, jj]
    out = np.tensordot(windows, w.astype(wide), axes=((3, 4, 5), (1, 2, 3)))
    if bias is not None:
        out = out + bias
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
