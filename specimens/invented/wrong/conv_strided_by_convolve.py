"""Without a stride SciPy's correlate2d runs; the branch for strides, written on another day, takes convolve2d, which rotates the filter.

says: rotat|flip|true convolution|180|mirror|revers|convolve
says: strid
shows: conv2d(whole(7, 7), whole(2, 3, 3), stride=2)
"""
import numpy as np
from scipy import signal


def conv2d(image, filters, stride=1):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers only")
    if int(stride) != stride:
        raise TypeError("the stride must be whole")
    stride = int(stride)
    if stride < 1:
        raise ValueError("the stride must be at least 1")
    if image.ndim == 2 and filters.ndim == 3:
        image = image[:, :, np.newaxis]
        filters = filters[:, :, :, np.newaxis]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("wrong number of axes")
    if image.shape[2] != filters.shape[3] or image.shape[2] == 0:
        raise ValueError("wrong number of channels")
    k, f = filters.shape[:2]
    if filters.shape[2] != f or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    if f > image.shape[0] or f > image.shape[1]:
        raise ValueError("filters are larger than the image")
    image = image.astype(np.float64)
    filters = filters.astype(np.float64)
    rows = (image.shape[0] - f) // stride + 1
    cols = (image.shape[1] - f) // stride + 1
    out = np.zeros((rows, cols, k))
    for n in range(k):
        for c in range(image.shape[2]):
            if stride == 1:
                out[..., n] += signal.correlate2d(image[..., c], filters[n, ..., c], mode="valid")
            else:
                full = signal.convolve2d(image[..., c], filters[n, ..., c], mode="valid")
                out[..., n] += full[::stride, ::stride]
    return out
