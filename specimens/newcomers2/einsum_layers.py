from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


@dataclass
class Conv2d:
    """Vectorised convolution on (batch, channel, row, column) arrays."""

    weight: np.ndarray
    bias: np.ndarray | None = None
    stride: int = 1
    padding: int = 0

    def __call__(self, x: np.ndarray) -> np.ndarray:
        p, s = self.padding, self.stride
        x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
        win = sliding_window_view(x, self.weight.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
        y = np.einsum("bcijuv,ocuv->boij", win, self.weight, optimize=True)
        return y if self.bias is None else y + self.bias[None, :, None, None]


@dataclass
class MaxPool2d:
    kernel_size: int = 2
    stride: int | None = None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        s = self.stride or self.kernel_size
        win = sliding_window_view(x, (self.kernel_size,) * 2, axis=(2, 3))[:, :, ::s, ::s]
        return win.max((-1, -2))


@dataclass
class Linear:
    weight: np.ndarray  # (out, in)
    bias: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.einsum("bi,oi->bo", x, self.weight) + self.bias


class ReLU:
    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.maximum(x, 0)


@dataclass
class Sequential:
    layers: list = field(default_factory=list)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
