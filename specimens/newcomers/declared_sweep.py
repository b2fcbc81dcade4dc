"""Sliding-window experiments. Nothing here is called like anywhere else, so it is declared below."""
import numpy as np

CNNSPEC = {"calls": {"conv2d": "sweep(image, filters, hop=stride, margin=pad)", "max_pool2d": "Shrink(size, stride, np.max).apply(maps)", "avg_pool2d": "Shrink(size, stride, np.mean).apply(maps)"}}


def windows(pic, rows, cols, hop):
    for i in range(0, pic.shape[0] - rows + 1, hop):
        for j in range(0, pic.shape[1] - cols + 1, hop):
            yield i // hop, j // hop, pic[i:i + rows, j:j + cols]


def sweep(pic, stencils, hop=1, margin=0):
    """pic (rows, cols, bands), stencils (count, rows, cols, bands)"""
    if pic.shape[-1] != stencils.shape[-1]:
        raise ValueError(f"{pic.shape[-1]} bands in the picture, {stencils.shape[-1]} in the stencils")
    pic = np.pad(pic, ((margin, margin), (margin, margin), (0, 0)))
    count, rows, cols, _ = stencils.shape
    out = np.zeros(((pic.shape[0] - rows) // hop + 1, (pic.shape[1] - cols) // hop + 1, count))
    for i, j, window in windows(pic, rows, cols, hop):
        for k in range(count):
            out[i, j, k] = np.sum(window * stencils[k])
    return out


class Shrink:
    def __init__(self, size, hop, how):
        self.size, self.hop, self.how = size, hop, how

    def apply(self, pic):
        n = self.size
        out = np.zeros(((pic.shape[0] - n) // self.hop + 1, (pic.shape[1] - n) // self.hop + 1, pic.shape[2]))
        for i, j, window in windows(pic, n, n, self.hop):
            out[i, j] = self.how(window, axis=(0, 1))
        return out
