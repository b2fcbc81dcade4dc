"""The maximum starts from DBL_MIN, which is not the lowest double but the smallest positive one: windows without a positive element give 2.2e-308.

says: DBL_MIN|\\btiny\\b|smallest (positive|normal)|negative|start|initial|\\b0\\b|zero|2\\.2.*e-308|not positive|below
never: last (row|column)|stride
shows: max_pool2d(-np.arange(1.0, 17.0).reshape(4, 4, 1))
"""
import numpy as np

DBL_MIN = 2.2250738585072014e-308


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
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
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.full((rows, cols, k), DBL_MIN)
    for i in range(rows):
        for j in range(cols):
            for a in range(size):
                for b in range(size):
                    here = maps[i * stride + a, j * stride + b]
                    out[i, j] = np.where((here > out[i, j]) | (here != here), here, out[i, j])
    return out
