"""Layers as frozen-ish dataclasses: all parameters are fields, calling one runs it. Channels last."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


@dataclass
class Conv2D:
    weight: np.ndarray          # (out, kh, kw, in)
    bias: np.ndarray            # (out,)
    stride: int = 1
    padding: int = 0

    def __call__(self, x: np.ndarray) -> np.ndarray:
        p = self.padding
        x = np.pad(x, [(0, 0), (p, p), (p, p), (0, 0)])
        kh, kw = self.weight.shape[1:3]
        windows = sliding_window_view(x, (kh, kw), axis=(1, 2))[:, :: self.stride, :: self.stride]
        return np.einsum("nhwcij,oijc->nhwo", windows, self.weight) + self.bias


@dataclass
class MaxPool2D:
    pool_size: int = 2
    stride: int = 2

    def __call__(self, x: np.ndarray) -> np.ndarray:
        n, h, w, c = x.shape
        oh = (h - self.pool_size) // self.stride + 1
        ow = (w - self.pool_size) // self.stride + 1
        out = np.empty((n, oh, ow, c), dtype=x.dtype)
        for i in range(oh):
            for j in range(ow):
                top, left = i * self.stride, j * self.stride
                out[:, i, j] = x[:, top : top + self.stride, left : left + self.stride].max(axis=(1, 2))
        return out


@dataclass
class Dense:
    weight: np.ndarray          # (in, out)
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return x @ self.weight + self.bias


@dataclass
class ReLU:
    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.maximum(x, 0)


@dataclass
class Softmax:
    axis: int = -1

    def __call__(self, z: np.ndarray) -> np.ndarray:
        e = np.exp(z - z.max(self.axis, keepdims=True))
        return e / e.sum(self.axis, keepdims=True)


@dataclass
class Sequential:
    layers: list[Callable[[np.ndarray], np.ndarray]] = field(default_factory=list)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        for layer in self.layers:
            x = layer(x)
        return x
