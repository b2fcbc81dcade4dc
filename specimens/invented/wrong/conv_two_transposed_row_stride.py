"""Two mistakes: the filters are transposed, since they came from a column-major program, and the stride is used for rows only.

says: transpos|(row|column|axes)[^.]*(exchang|swap|interchang)|(exchang|swap|interchang)[^.]*(row|column|axes)
says: strid
shows: conv2d(whole(6, 7), whole(2, 3, 3))
shows: conv2d(whole(6, 7), np.ones((2, 3, 3)), stride=2)
"""
import numpy as np


def conv2d(image, filters, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers only")
    if not isinstance(stride, (int, np.integer)):
        raise TypeError("stride")
    if stride < 1:
        raise ValueError("stride")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("ndim")
    if image.shape[2] != filters.shape[3] or image.size == 0:
        raise ValueError("channels")
    f = filters.shape[1]
    if f != filters.shape[2] or f % 2 == 0:
        raise ValueError("filter size")
    if f > min(image.shape[:2]):
        raise ValueError("filter too large")
    kernels = filters.transpose(0, 2, 1, 3).astype(np.float64)
    pixels = image.astype(np.float64)
    rows = [
        [np.tensordot(kernels, pixels[y:y + f, x:x + f], 3) for x in range(pixels.shape[1] - f + 1)]
        for y in range(0, pixels.shape[0] - f + 1, stride)
    ]
    return np.array(rows)
