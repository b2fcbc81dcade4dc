"""A module whose maps are made as wide as they are high.

says: as wide as
turned: conv_transpose2d = lambda image, filters, bias=None, stride=1: nchw_call(m.Deconv(filters, bias, stride).forward, image)
shows: conv_transpose2d(whole(4, 3, 2), whole(2, 3, 3, 5), stride=2)
"""
import numpy as np

CNNSPEC = {"calls": {"conv_transpose2d": "run(image, filters, bias, stride)"}}


class Deconv:
    def __init__(self, weight, bias, stride):
        self.weight, self.bias, self.stride = weight, bias, stride

    def forward(self, x):
        n, k, h, w = x.shape
        f, _, c = self.weight.shape[1:]
        s = self.stride
        out = np.zeros((n, c, (h - 1) * s + f, (h - 1) * s + f))
        for i in range(h):
            for j in range(min(h, w)):
                out[:, :, i * s:i * s + f, j * s:j * s + f] += np.einsum("nk,kabc->ncab", x[:, :, i, j], self.weight)
        if self.bias is not None:
            out += np.reshape(self.bias, (1, -1, 1, 1))
        return out


def run(image, filters, bias=None, stride=1):
    """One image, channels last."""
    return np.moveaxis(Deconv(filters, bias, stride).forward(np.moveaxis(image, -1, 0)[None])[0], 0, -1)
