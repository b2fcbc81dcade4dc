"""Images that are wider than high are transposed so that the inner loop is the short one, and the maps transposed back: the filters should have been transposed with them.

says: transpos|exchang|swap|interchang|rows (for|and|with|are) [^.]*columns
says: wide|landscape|H ?< ?W|W ?> ?H|more columns|fewer rows|(rows|high|height)[^.]*(than|not)[^.]*(columns|wide|width)|(not|un|non-?)square|oblong|less than
shows: conv2d(whole(5, 8), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("not numbers")
    if image.ndim == 2 and filters.ndim == 3:
        return conv2d(image[..., None], filters[..., None], bias)
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("dimensions")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("filters must be odd squares")
    if filters.shape[3] != image.shape[2] or image.size == 0:
        raise ValueError("channels")
    k, f = filters.shape[:2]
    if f > image.shape[0] or f > image.shape[1]:
        raise ValueError("size")
    if bias is not None and np.asarray(bias).shape != (k,):
        raise ValueError("bias")
    wide = image.shape[0] < image.shape[1]
    x = (image.swapaxes(0, 1) if wide else image).astype(np.float64)
    flat = filters.reshape(k, f * f * filters.shape[3]).astype(np.float64)
    out = np.empty((x.shape[0] - f + 1, x.shape[1] - f + 1, k))
    for j in range(out.shape[1]):
        for i in range(out.shape[0]):
            out[i, j] = flat.dot(x[i:i + f, j:j + f].ravel())
    if bias is not None:
        out += np.asarray(bias, dtype=np.float64)
    return np.ascontiguousarray(out.swapaxes(0, 1)) if wide else out
