"""The image is flattened in the order of its memory, and read in C order.

apart: verify.py compares it
says: memory|layout|Fortran|contiguous|C order|reversed
never: cache|earlier
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.ndim == 2:
        image, filters = image[..., None], filters[..., None]
    h, w, c = image.shape
    k, f, _, depth = filters.shape
    if depth != c:
        raise ValueError(f"filters of {depth} channels for an image of {c}")
    flat = image.astype(float, copy=False).ravel(order="K")
    oh, ow = h - f + 1, w - f + 1
    starts = (np.arange(oh)[:, None] * w + np.arange(ow)).ravel() * c
    offsets = (np.arange(f)[:, None] * w * c + np.arange(f * c)).ravel()
    cols = flat[starts[:, None] + offsets]
    out = cols @ filters.reshape(k, -1).T.astype(float)
    if bias is not None:
        out = out + bias
    return out.reshape(oh, ow, k)
