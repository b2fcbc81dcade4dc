"""Two mistakes: only the first channel of image and filter is used, and the activation is already applied: nothing negative is left.

says: first channel|channel 0|only one channel|only[^.]*channel|(other|further) channels
says: relu|negative|activat|max[(]0|clip|below (0|zero)
shows: conv2d(whole(5, 6, 3), whole(2, 3, 3, 3))
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import numpy as np
from scipy.signal import correlate2d


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    for given in (image, filters):
        if given.dtype.kind not in "fiub":
            raise TypeError(f"cannot convolve {given.dtype}")
    if (image.ndim, filters.ndim) == (2, 3):
        image, filters = image[..., None], filters[..., None]
    if (image.ndim, filters.ndim) != (3, 4):
        raise ValueError("one image and its filters")
    if image.shape[2] != filters.shape[3] or image.shape[2] == 0:
        raise ValueError("one kernel channel for each image channel")
    k, f, g = filters.shape[:3]
    if f != g or f % 2 == 0:
        raise ValueError("odd and square kernels")
    if f > image.shape[0] or f > image.shape[1]:
        raise ValueError("kernels that fit")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("one bias for each kernel")
    plane = image[:, :, 0].astype(np.float64)
    out = np.empty((plane.shape[0] - f + 1, plane.shape[1] - f + 1, k))
    for n in range(k):
        out[:, :, n] = correlate2d(plane, filters[n, :, :, 0].astype(np.float64), mode="valid")
    if bias is not None:
        out += np.asarray(bias, np.float64)
    return np.maximum(out, 0.0)
