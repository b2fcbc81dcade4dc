"""The search for the smallest element of a window starts with the first element of the map, where that of the window was meant: no result is larger than it.

says: first (element|pixel|one|number|value)|\\[0, ?0\\]|corner|top.left|initial[^.]*(first|map)|element of the map|never (larger|greater|above)
never: negative|stride
shows: min_pool2d(np.arange(16.0).reshape(4, 4, 1))
"""
import numpy as np


def min_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.ndim == 4:
        if not len(maps):
            raise ValueError("an empty batch")
        return np.stack([min_pool2d(one, size, stride) for one in maps])
    if maps.ndim != 3:
        raise ValueError("maps must be (rows, columns, maps)")
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must hold real numbers")
    stride = size if stride is None else stride
    if stride < 1 or size < 1 or size != int(size) or stride != int(stride):
        raise ValueError("size and stride are whole numbers from 1")
    h, w, k = maps.shape
    if size > h or size > w or k < 1:
        raise ValueError("the window is larger than the maps")
    out = np.empty(((h - size) // stride + 1, (w - size) // stride + 1, k), maps.dtype)
    for m in range(k):
        plane = maps[:, :, m]
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                least = plane[0, 0]
                for a in range(size):
                    for b in range(size):
                        value = plane[i * stride + a, j * stride + b]
                        if value < least or value != value:
                            least = value
                out[i, j, m] = least
    return out
