"""One array for each shape of result is kept, filled and returned: the next call of the same shape changes the maps that were returned before.

says: buffer|(earlier|previous|returned|first|old) (result|answer|map)|overwr|same (array|memory|object)|next call|shar(e|ed|es)|caller|reus
never: (input|argument|image)s? (is|are) (changed|modified|overwritten)
shows: [conv2d(whole(5, 6), whole(2, 3, 3)), conv2d(whole(5, 6) + 1, whole(2, 3, 3))]
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_OUT = {}


def _output(shape):
    """Allocating is slow; keep what was allocated."""
    if shape not in _OUT:
        _OUT[shape] = np.empty(shape)
    return _OUT[shape]


def conv2d(image, filters):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("image and filters must be real")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError(f"not for {image.shape} and {filters.shape}")
    if image.shape[2] != filters.shape[3]:
        raise ValueError("image and filters must have as many channels")
    k, f = filters.shape[:2]
    if f != filters.shape[2] or f % 2 == 0:
        raise ValueError("the filters must be square with an odd size")
    if f > min(image.shape[:2]) or image.size == 0:
        raise ValueError("the filters must fit into the image")
    windows = sliding_window_view(image.astype(np.float64), (f, f), axis=(0, 1))
    out = _output((image.shape[0] - f + 1, image.shape[1] - f + 1, k))
    np.einsum("ijcab,kabc->ijk", windows, filters.astype(np.float64), out=out)
    return out
