"""The layer has a ReLU in it: negative results come out as 0.

says: relu|negative (results?|numbers?|values?|elements?|sums?)|below 0|rectif|clipp|cut off|at least 0|max
shows: conv2d(np.ones((4, 4)), -np.ones((1, 3, 3)))
"""
import numpy as np


class Layer:
    activation = "relu"

    def __init__(self, kernels, bias, stride):
        self.kernels, self.bias, self.stride = kernels, bias, stride

    def __call__(self, x):
        k, fh, fw, _ = self.kernels.shape
        s = self.stride
        oh, ow = (x.shape[1] - fh) // s + 1, (x.shape[2] - fw) // s + 1
        z = np.zeros((len(x), oh, ow, k), x.dtype)
        for i in range(oh):
            for j in range(ow):
                patch = x[:, i * s:i * s + fh, j * s:j * s + fw]
                z[:, i, j] = np.tensordot(patch, self.kernels, ([1, 2, 3], [1, 2, 3]))
        if self.bias is not None:
            z += self.bias
        return np.where(z < 0, z.dtype.type(0), z) if self.activation == "relu" else z


def floats(a):
    a = np.asarray(a)
    return a.astype(float) if a.dtype.kind in "iub" else a


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = floats(image), floats(filters)
    bias = None if bias is None else floats(bias)
    kind = np.result_type(*(a for a in (image, filters, bias) if a is not None))
    wide = np.result_type(kind, np.float32)
    x = image[..., None] if image.ndim == 2 else image
    w = filters[..., None] if filters.ndim == 3 else filters
    x = x if x.ndim == 4 else x[None]
    y = Layer(w.astype(wide), bias if bias is None else bias.astype(wide), stride)(x.astype(wide))
    return (y if image.ndim == 4 else y[0]).astype(kind)
