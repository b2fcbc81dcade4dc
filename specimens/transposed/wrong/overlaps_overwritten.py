"""Where the stamps of two pixels overlap, the later one is kept: = in the place of +=.

says: overwrit|overlap|stored, not added
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2)
turned: conv_transpose2d = lambda image, filters, stride=1, padding=0: nchw_call(m.ConvTranspose(filters, stride, padding), image)
"""
import numpy as np


class ConvTranspose:
    def __init__(self, weight, stride=1, padding=0):
        self.weight, self.stride, self.padding = np.moveaxis(weight, -1, 1), stride, padding

    def __call__(self, x):
        n, k, h, w = x.shape
        size, s, p = self.weight.shape[2], self.stride, self.padding
        out = np.zeros((n, self.weight.shape[1], (h - 1) * s + size, (w - 1) * s + size))
        for i in range(h):
            for j in range(w):
                out[:, :, i * s:i * s + size, j * s:j * s + size] = np.einsum("nk,kcab->ncab", x[:, :, i, j], self.weight)
        return out[:, :, p:out.shape[2] - p, p:out.shape[3] - p]


CNNSPEC = {"calls": {"conv_transpose2d": "transposed(image, filters, stride, padding)"}}


def transposed(image, filters, stride=1, padding=0):
    """For channels last, one image."""
    return np.moveaxis(ConvTranspose(filters, stride, padding)(np.moveaxis(image, -1, 0)[None])[0], 0, -1)
