"""window.max() without an axis takes the maximum over all maps of the window, and the assignment spreads it over them.

says: channel|(all|across|every|between|over|several|other|of the) maps|maps[^.]*(together|pooled|mixed|alike|same)|without an axis
never: first image|(over|of) (all )?images
shows: max_pool2d(whole(6, 8, 3))
"""
import numpy as np


class _MaxPool:
    def __init__(self, size, stride):
        self.size, self.stride = size, stride

    def iterate_regions(self, image):
        h, w, _ = image.shape
        for i in range((h - self.size) // self.stride + 1):
            for j in range((w - self.size) // self.stride + 1):
                y, x = i * self.stride, j * self.stride
                yield image[y:y + self.size, x:x + self.size], i, j

    def forward(self, image):
        h, w, num_filters = image.shape
        output = np.zeros(((h - self.size) // self.stride + 1, (w - self.size) // self.stride + 1, num_filters))
        for region, i, j in self.iterate_regions(image):
            output[i, j] = np.amax(region)
        return output


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps are real numbers")
    stride = size if stride is None else stride
    if not all(isinstance(n, (int, np.integer)) for n in (size, stride)):
        raise TypeError("size and stride are whole numbers")
    if min(size, stride) < 1:
        raise ValueError("size and stride are at least 1")
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError("maps are (H, W, K)")
    if size > maps.shape[0] or size > maps.shape[1]:
        raise ValueError("windows are no larger than maps")
    return _MaxPool(size, stride).forward(maps)
