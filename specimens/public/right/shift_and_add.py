"""The image is shifted once for each weight; arguments are checked.
"""
import numpy as np

def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    if padding not in ("valid", "same"):
        raise ValueError(f"unknown padding: {padding!r}")
    if stride < 1 or padding == "same" and stride != 1:
        raise ValueError(f"stride {stride} with padding {padding}")
    if image.ndim != 3 or filters.ndim != 4 or image.shape[2] != filters.shape[3]:
        raise ValueError(f"image {image.shape} and filters {filters.shape} have different channels")
    k, f, g, c = filters.shape
    if f != g or f % 2 == 0:
        raise ValueError("filters must be square and of odd size")
    if bias is not None and bias.shape != (k,):
        raise ValueError("one bias for each filter")
    pad = f // 2 if padding == "same" else 0
    image = np.pad(image, ((pad, pad), (pad, pad), (0, 0))).astype(float)
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if h < 1 or w < 1:
        raise ValueError("the filter is larger than the image")
    out = np.zeros((-(-h // stride), -(-w // stride), k))
    for a in range(f):
        for b in range(f):
            out += image[a:a + h:stride, b:b + w:stride] @ filters[:, a, b].T.astype(float)
    return out if bias is None else out + bias
