"""Mixed precision: float32 images are multiplied as float16, "as the hardware does", and only the sums are float32.

says: float16|half|precision|16 bits?|16-bit|too (coarse|narrow|few)|narrow
says: float32|single
shows: conv2d((whole(5, 6) + 0.123).astype("float32"), whole(2, 3, 3) / 7)
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers are expected")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    elif (image.ndim, filters.ndim) not in ((3, 4), (4, 4)):
        raise ValueError("image or filters have the wrong axes")
    if image.shape[-1] != filters.shape[-1] or image.shape[-1] == 0:
        raise ValueError("image and filters have different channels")
    k, f, f2, c = filters.shape
    if f != f2 or f % 2 == 0 or f > min(image.shape[-3:-1]):
        raise ValueError("the filters must be square, odd and no larger than the image")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("bias must be a vector of one number per filter")
    half = image.dtype == np.float32
    x = image.astype(np.float16 if half else np.float64)
    w = filters.astype(np.float16 if half else np.float64)
    acc = np.float32 if half else np.float64
    h, v = image.shape[-3] - f + 1, image.shape[-2] - f + 1
    out = np.zeros((*image.shape[:-3], h, v, k), acc)
    for a in range(f):
        for b in range(f):
            out += np.matmul(x[..., a:a + h, b:b + v, :].astype(acc), w[:, a, b].T.astype(acc))
    return out if bias is None else out + np.asarray(bias, float)
