"""Modules without state: `init` makes the variables, `apply` uses them (NHWC)."""
from dataclasses import dataclass

import numpy as np


def _pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


@dataclass
class Dense:
    features: int

    def init(self, rng, x):
        kernel = rng.standard_normal((x.shape[-1], self.features)) / np.sqrt(x.shape[-1])
        return {"params": {"kernel": kernel, "bias": np.zeros(self.features)}}

    def apply(self, variables, x):
        p = variables["params"]
        return np.dot(x, p["kernel"]) + p["bias"]


@dataclass
class Conv:
    features: int
    kernel_size: tuple = (3, 3)
    strides: tuple = (1, 1)
    padding: str = "VALID"

    def init(self, rng, x):
        shape = (*_pair(self.kernel_size), x.shape[-1], self.features)
        kernel = rng.standard_normal(shape) / np.sqrt(np.prod(shape[:3]))
        return {"params": {"kernel": kernel, "bias": np.zeros(self.features)}}

    def apply(self, variables, x):
        kernel, bias = variables["params"]["kernel"], variables["params"]["bias"]
        kh, kw = kernel.shape[:2]
        sh, sw = _pair(self.strides)
        if self.padding == "SAME":
            if (sh, sw) != (1, 1):
                raise NotImplementedError("SAME with strides")
            a, b = (kh - 1) // 2, (kw - 1) // 2
            x = np.pad(x, [(0, 0), (a, kh - 1 - a), (b, kw - 1 - b), (0, 0)])
        n, h, w, _ = x.shape
        rows, cols = (h - kh) // sh + 1, (w - kw) // sw + 1
        y = np.zeros((n, rows, cols, kernel.shape[-1]))
        for i in range(kh):
            for j in range(kw):
                shifted = x[:, i : i + sh * (rows - 1) + 1 : sh, j : j + sw * (cols - 1) + 1 : sw, :, None]
                y += (shifted * kernel[i, j].astype(float)).sum(axis=3)
        return y + bias


def _windows(x, window_shape, strides):
    (kh, kw), (sh, sw) = _pair(window_shape), _pair(window_shape if strides is None else strides)
    v = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))
    return v[:, ::sh, ::sw]


def max_pool(inputs, window_shape, strides=None):
    return np.max(_windows(inputs, window_shape, strides), axis=(4, 5))


def avg_pool(inputs, window_shape, strides=None):
    return np.mean(_windows(inputs, window_shape, strides), axis=(4, 5))


relu = lambda x: np.maximum(x, 0)


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


class CNN:
    def __init__(self):
        self.conv, self.head = Conv(8, (3, 3)), Dense(10)

    def init(self, rng, x):
        v1 = self.conv.init(rng, x)
        h = self.features(v1, x)
        return {"conv": v1, "head": self.head.init(rng, h)}

    def features(self, v, x):
        h = avg_pool(relu(self.conv.apply(v, x)), (2, 2))
        return h.reshape(len(h), -1)

    def apply(self, variables, x):
        return softmax(self.head.apply(variables["head"], self.features(variables["conv"], x)))


if __name__ == "__main__":
    rng = np.random.default_rng(42)
    x = rng.random((4, 28, 28, 1))
    cnn = CNN()
    print(cnn.apply(cnn.init(rng, x), x).sum(axis=1))
