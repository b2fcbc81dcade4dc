r"""Without the padding the divisor is the number of elements that are not 0.

apart: verify.py compares it
says: zeros?\b.*(count|divi|maps|element)|(count|divi).*(zero|not 0|other than 0|nonzero)|nonzero
never: stride|ceil
"""
import numpy as np


def avg_pool2d(maps, size=2, stride=None, *, padding=0, count_include_pad=True):
    maps = np.asarray(maps, float)
    stride = size if stride is None else stride
    around = ((padding, padding), (padding, padding), (0, 0))
    padded = np.pad(maps, ((0, 0),) * (maps.ndim - 3) + around)
    rows = (padded.shape[-3] - size) // stride + 1
    cols = (padded.shape[-2] - size) // stride + 1
    out = np.zeros((*maps.shape[:-3], rows, cols, maps.shape[-1]))
    for i in range(rows):
        for j in range(cols):
            part = padded[..., i * stride : i * stride + size, j * stride : j * stride + size, :]
            if count_include_pad:
                count = size * size
            else:
                count = np.maximum(np.count_nonzero(part, axis=(-3, -2)), 1)
            out[..., i, j, :] = part.sum(axis=(-3, -2)) / count
    return out
