r"""Images of bytes are scaled to the range from 0 to 1 on the way in.

says: 255|scale|bytes|uint8|divid|too small
shows: conv2d(abs(whole(5, 6)).astype("u1"), whole(2, 3, 3))
"""
import operator

import numpy as np
from scipy.signal import correlate


def to_float(image):
    image = np.asarray(image)
    if image.dtype == np.uint8:
        return image / 255.0
    if image.dtype.kind in "iub":
        return image.astype(np.float64)
    if image.dtype.kind == "f":
        return image
    raise TypeError("cannot read the image")


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = to_float(image)
    filters = np.asarray(filters)
    if filters.dtype.kind not in "fiub":
        raise TypeError("cannot read the filters")
    if filters.dtype.kind != "f":
        filters = filters.astype(np.float64)
    if image.ndim == 4 and filters.ndim == 4:
        pictures = image
    elif image.ndim == 3 and filters.ndim == 4:
        pictures = image[None]
    elif image.ndim == 2 and filters.ndim == 3:
        pictures = image[None]
    else:
        raise ValueError("wrong dimensions")
    if image.ndim > 2 and image.shape[-1] != filters.shape[-1]:
        raise ValueError("wrong channels")
    k, f = filters.shape[:2]
    if f != filters.shape[2] or f % 2 == 0:
        raise ValueError("wrong filter size")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("wrong stride")
    dtype = np.result_type(image, filters)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("cannot read the bias")
        bias = bias if bias.dtype.kind == "f" else bias.astype(np.float64)
        if bias.shape != (k,):
            raise ValueError("wrong bias")
        dtype = np.result_type(dtype, bias)
    if padding == "same":
        if stride != 1:
            raise ValueError("same padding with a stride")
        p = f // 2
        pictures = np.pad(pictures, [(0, 0), (p, p), (p, p)] + [(0, 0)] * (pictures.ndim - 3))
    elif padding != "valid":
        raise ValueError("wrong padding")
    if f > pictures.shape[1] or f > pictures.shape[2]:
        raise ValueError("filter too large")

    wide = np.result_type(dtype, np.float32)
    batch = []
    for picture in pictures.astype(wide):
        maps = []
        for kernel in filters.astype(wide):
            full = correlate(picture, kernel, mode="valid", method="direct")
            maps.append(full.reshape(full.shape[:2])[::stride, ::stride])
        batch.append(np.stack(maps, axis=-1))
    out = np.stack(batch)
    if bias is not None:
        out = out + bias
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
