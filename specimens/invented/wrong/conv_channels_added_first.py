"""The channels of the image are added up before anything is weighted, and only the filter's first channel is laid over the sum.

says: first channel of (the |each |every |a )?(filter|kernel|weight)|channels?[^.]*(sum|add|gray|grey|alike|same weight|before|unweighted|mixed|channel 0|first)|(sum|add|gray|grey|total)[^.]*channel
never: channels[^.]*(not (summed|added)|revers)
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
"""
import numpy as np


class _Layer:
    """Correlates one plane with many kernels."""

    def __init__(self, kernels):
        self.kernels = kernels
        self.size = kernels.shape[1]

    def regions(self, plane):
        h, w = plane.shape
        for i in range(h - self.size + 1):
            for j in range(w - self.size + 1):
                yield plane[i:i + self.size, j:j + self.size], i, j

    def forward(self, plane):
        h, w = plane.shape
        out = np.zeros((h - self.size + 1, w - self.size + 1, len(self.kernels)))
        for region, i, j in self.regions(plane):
            out[i, j] = np.sum(region * self.kernels, axis=(1, 2))
        return out


def conv2d(image, filters):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("numbers expected")
    if (image.ndim, filters.ndim) == (2, 3):
        image, filters = image[..., None], filters[..., None]
    if (image.ndim, filters.ndim) != (3, 4) or image.shape[2] != filters.shape[3]:
        raise ValueError(f"image {image.shape} and filters {filters.shape} do not match")
    f = filters.shape[1]
    if f != filters.shape[2] or f % 2 != 1:
        raise ValueError("the filter size must be odd, the same on both sides")
    if f > min(image.shape[:2]) or image.size == 0:
        raise ValueError("no window fits")
    plane = image.astype(np.float64).sum(axis=2)
    return _Layer(filters[..., 0].astype(np.float64)).forward(plane)
