# Inference on a microcontroller, prototype in python. One image at a time, channels first (c, h, w).
import numpy as np


def conv(img, kernels, biases, stride=1, pad=0):
    c, h, w = img.shape
    n, kc, kh, kw = kernels.shape
    if kc != c:
        raise ValueError("kernel depth %d does not match image depth %d" % (kc, c))
    if len(biases) != n:
        raise ValueError("one bias per kernel, please")
    if stride < 1:
        raise ValueError("stride must be positive")
    img = np.pad(img, ((0, 0), (pad, pad), (pad, pad)))
    if kh > img.shape[1] or kw > img.shape[2]:
        raise ValueError("kernel larger than the image")
    oh = (img.shape[1] - kh) // stride + 1
    ow = (img.shape[2] - kw) // stride + 1
    out = np.zeros((n, oh, ow))
    for k in range(n):
        for y in range(oh):
            for x in range(ow):
                out[k, y, x] = biases[k] + np.sum(img[:, y * stride:y * stride + kh, x * stride:x * stride + kw] * kernels[k])
    return out


def relu(maps):
    return np.maximum(maps, 0)


def maxpool(maps, f=2, s=2):
    c, h, w = maps.shape
    oh, ow = (h - f) // s + 1, (w - f) // s + 1
    return np.array([[[maps[k, y * s:y * s + f, x * s:x * s + f].max() for x in range(ow)] for y in range(oh)] for k in range(c)])


def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()
