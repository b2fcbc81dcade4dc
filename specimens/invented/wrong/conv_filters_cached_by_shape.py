"""The unrolled weights are remembered by the shape of the filters, in the belief that a network has one bank of each shape: other filters of that shape are never looked at.

says: cache|remember|stale|(earlier|previous|first|old) (call|filter|weight|answer|bank)|(second|later|next|other|new|changed) (call|filters?|weights?)|kept|state|memo
never: buffer
shows: [conv2d(whole(5, 6), whole(2, 3, 3)), conv2d(whole(5, 6), whole(2, 3, 3) + 1)]
"""
import numpy as np

_UNROLLED = {}


def unroll(filters):
    key = filters.shape
    if key not in _UNROLLED:
        _UNROLLED[key] = filters.reshape(len(filters), int(np.prod(filters.shape[1:]))).astype(np.float64).copy()
    return _UNROLLED[key]


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("numeric arrays, please")
    if not (image.ndim == 2 and filters.ndim == 3 or image.ndim == 3 and filters.ndim == 4):
        raise ValueError("(H, W) with (K, f, f), or (H, W, C) with (K, f, f, C)")
    if image.ndim == 3 and image.shape[2] != filters.shape[3] or 0 in image.shape:
        raise ValueError("channels of image and filters")
    f = filters.shape[1]
    if f != filters.shape[2]:
        raise ValueError("not square")
    if f % 2 == 0:
        raise ValueError("even")
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if h < 1 or w < 1:
        raise ValueError("image smaller than filter")
    if bias is not None and np.shape(bias) != (len(filters),):
        raise ValueError("bias and filters differ in number")
    weights = unroll(filters)
    out = np.zeros((h, w, len(filters)))
    for y in range(h):
        for x in range(w):
            out[y, x] = weights @ image[y:y + f, x:x + f].reshape(-1)
    if bias is not None:
        out = out + np.asarray(bias)
    return out
