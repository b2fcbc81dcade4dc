"""The bias is added in the loop over the channels, with the map of every channel, and not once behind it.

says: bias[^.]*(times|each|per|every|once for|repeated|channel|more than once|multipl|too often)|(each|per|every) channel[^.]*bias
never: bias[^.]*(ignored|not added|subtract)
shows: conv2d(whole(5, 6, 3), whole(2, 3, 3, 3), whole(2) + 9)
"""
import numpy as np


def correlate(plane, kernels, f):
    h, w = plane.shape
    total = np.zeros((h - f + 1, w - f + 1, len(kernels)))
    for a in range(f):
        for b in range(f):
            total += plane[a:a + h - f + 1, b:b + w - f + 1, None] * kernels[:, a, b]
    return total


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("bad dtype")
    if image.ndim == 4 and filters.ndim == 4:
        h, w, channels = image.shape[1:]
    elif image.ndim == 3 and filters.ndim == 4:
        h, w, channels = image.shape
    elif image.ndim == 2 and filters.ndim == 3:
        h, w, channels = *image.shape, 1
        image, filters = image[..., None], filters[..., None]
    else:
        raise ValueError("image and filters have axes that do not match")
    k, f, g, depth = filters.shape
    if depth != channels or channels == 0:
        raise ValueError("channels do not match")
    if f != g or f % 2 == 0:
        raise ValueError("square odd filters expected")
    if f > h or f > w:
        raise ValueError("filters too large")
    bias = np.zeros(k) if bias is None else np.asarray(bias)
    if bias.shape != (k,):
        raise ValueError("bias does not match the filters")
    images = image if image.ndim == 4 else image[None]
    out = np.zeros((len(images), h - f + 1, w - f + 1, k))
    for n, one in enumerate(images.astype(np.float64)):
        for c in range(channels):
            out[n] += correlate(one[..., c], filters[..., c].astype(np.float64), f) + bias
    return out if image.ndim == 4 else out[0]
