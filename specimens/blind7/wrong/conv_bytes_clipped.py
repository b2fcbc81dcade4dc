r"""Maps of a picture of bytes are clipped to 0 ... 255, as pictures are.

apart: verify.py compares it
says: clip|0 (to|and|\.\.\.) 255|255|beyond|negative
never: wrap|overflow
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if filters.ndim == 3:
        filters, image = filters[..., np.newaxis], image[..., np.newaxis]
    is_picture = image.dtype == np.uint8
    image = image.astype(np.float64)
    k, f = filters.shape[0], filters.shape[1]
    out_h = (image.shape[0] - f) // stride + 1
    out_w = (image.shape[1] - f) // stride + 1
    out = np.zeros((out_h, out_w, k))
    for y in range(out_h):
        for x in range(out_w):
            region = image[y * stride : y * stride + f, x * stride : x * stride + f]
            out[y, x] = (region * filters).sum(axis=(1, 2, 3))
    if bias is not None:
        out += bias
    if is_picture:
        out = np.clip(out, 0, 255)
    return out
