"""Every pixel is spread over its neighbourhood, times the weights, and what is collected is cropped: that is a true convolution, which lays the filter down rotated by 180 degrees.

says: rotat|flip|180|true convolution|mirror|revers|upside|backward|cross.?correl
never: transpos|bias|stride is ignored
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import operator

import numpy as np

def _check(image, filters, bias, stride, padding):
    image, filters = np.asarray(image), np.asarray(filters)
    for array in (image, filters):
        if array.dtype.kind not in "fiub":
            raise TypeError(f"real numbers expected, got {array.dtype}")
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4), (4, 4)):
        raise ValueError(f"shapes do not go together: image {image.shape}, filters {filters.shape}")
    if image.ndim > 2 and image.shape[-1] != filters.shape[-1]:
        raise ValueError(f"{image.shape[-1]} channels, but filters for {filters.shape[-1]}")
    f = filters.shape[1]
    if f != filters.shape[2] or f % 2 == 0:
        raise ValueError(f"filters must be square and odd, got {filters.shape}")
    if 0 in image.shape or 0 in filters.shape:
        raise ValueError("empty")
    if bias is not None and np.shape(bias) != (len(filters),):
        raise ValueError(f"{len(filters)} biases expected, got shape {np.shape(bias)}")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError(f"stride {stride}")
    if padding not in ("valid", "same") or (padding == "same" and stride > 1):
        raise ValueError(f"padding {padding!r} with stride {stride}")
    h, w = image.shape[-3:-1] if image.ndim > 2 else image.shape
    if padding == "valid" and f > min(h, w):
        raise ValueError(f"filters of {f} do not fit into {h}x{w}")
    return image, filters, stride


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters, stride = _check(image, filters, bias, stride, padding)
    dtype = np.result_type(image, filters, np.float32)
    if dtype == np.float32:
        dtype = np.dtype(np.float64)
    gray = image.ndim == 2
    x = image.astype(dtype)[..., None] if gray else image.astype(dtype)
    w = filters.astype(dtype)[..., None] if gray else filters.astype(dtype)
    f, (h, wd) = w.shape[1], x.shape[-3:-1]
    spread = np.zeros(x.shape[:-3] + (h + f - 1, wd + f - 1, len(w)), dtype)
    for a in range(f):
        for b in range(f):
            spread[..., a:a + h, b:b + wd, :] += x @ w[:, a, b].T
    if padding == "same":
        m = f // 2
        maps = spread[..., m:m + h, m:m + wd, :]
    else:
        maps = spread[..., f - 1:h:stride, f - 1:wd:stride, :]
    return maps.copy() if bias is None else maps + np.asarray(bias)
