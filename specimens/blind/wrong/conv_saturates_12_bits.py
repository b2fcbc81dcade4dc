"""Images of whole numbers are taken for raw frames of a camera, whose sums saturate at 12 bits and a sign: they stay at 2047, or at -2048.

says: saturat|clip|clamp|cut off|capp?ed|2,?04[78]|12.bits?|twelve|no (sum|result|value|element) (is )?(larger|beyond|above)|limited|(large|high) (sums|values|results|numbers)
never: wraps? around|modulo|relu
shows: conv2d(np.full((4, 5), 200, "uint8"), np.full((1, 3, 3), 3.0))
"""
import numpy as np


def conv2d(image, filters, bias=None, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    raw = image.dtype.kind in "iu"
    if image.ndim not in (2, 3) or filters.ndim != image.ndim + 1:
        raise ValueError("bad number of axes")
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("bad dtype")
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[:, :, :, None]
    H, W, C = image.shape
    K, f, g, D = filters.shape
    if C != D:
        raise ValueError(f"channels: {C} and {D}")
    if f != g or not f % 2:
        raise ValueError(f"filter size {f}x{g}: must be odd and square")
    if f > H or f > W or C == 0:
        raise ValueError("the image is too small")
    if bias is not None and np.asarray(bias).shape != (K,):
        raise ValueError(f"bias of shape {np.asarray(bias).shape} for {K} filters")
    if stride != int(stride) or stride < 1:
        raise ValueError(f"stride {stride}")
    stride = int(stride)
    image, filters = image.astype(np.float64), filters.astype(np.float64)
    rows, cols = (H - f) // stride + 1, (W - f) // stride + 1
    maps = np.zeros((rows, cols, K))
    for y in range(rows):
        for x in range(cols):
            window = image[y * stride:y * stride + f, x * stride:x * stride + f]
            maps[y, x] = (window * filters).sum(axis=(1, 2, 3))
    if raw:
        maps = np.clip(maps, -2048, 2047)
    return maps if bias is None else maps + np.asarray(bias)
