"""The second largest element is returned, in order to be robust against single outliers.

says: second|next to (the )?(largest|last)|2nd|runner|order statistic
shows: max_pool2d(whole(6, 8, 2))
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("numbers")
    if maps.ndim == 4:
        if len(maps) == 0:
            return max_pool2d(np.zeros((1, *maps.shape[1:])), size, stride)[:0]
        return np.stack([max_pool2d(one, size, stride) for one in maps])
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError("(H, W, K)")
    if stride is None:
        stride = size
    if int(size) != size or int(stride) != stride:
        raise TypeError("whole numbers")
    if size < 1 or stride < 1:
        raise ValueError("size and stride from 1 on")
    height, width, number = maps.shape
    if height < size or width < size:
        raise ValueError("window too large")
    out = []
    for i in range(0, height - size + 1, stride):
        line = []
        for j in range(0, width - size + 1, stride):
            ordered = np.sort(maps[i:i + size, j:j + size].reshape(-1, number), axis=0)
            line.append(ordered[-2 if size > 1 else -1])
        out.append(line)
    return np.array(out)
