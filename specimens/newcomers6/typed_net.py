"""Layers as frozen dataclasses; parameters are values, and nothing is changed in place."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


class Layer(Protocol):
    def apply(self, x: Array) -> Array: ...


@dataclass(frozen=True)
class Conv2d:
    weight: Array  # (out, in, rows, cols)
    bias: Array
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if self.weight.ndim != 4 or self.bias.shape != self.weight.shape[:1]:
            raise ValueError("weight must be (out, in, rows, cols), bias (out,)")
        if min(self.stride) < 1 or min(self.padding) < 0:
            raise ValueError("stride must be positive, padding not negative")

    def apply(self, x: Array) -> Array:
        if x.ndim != 4 or x.shape[1] != self.weight.shape[1]:
            raise ValueError(f"x must be (batch, {self.weight.shape[1]}, rows, cols)")
        (ph, pw), (sh, sw) = self.padding, self.stride
        padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.weight.shape[2:], axis=(2, 3))
        maps = np.einsum("nchwij,kcij->nkhw", windows[:, :, ::sh, ::sw], self.weight, dtype=np.float64)
        return maps + self.bias[:, None, None]


@dataclass(frozen=True)
class Relu:
    def apply(self, x: Array) -> Array:
        return np.maximum(x, 0)


@dataclass(frozen=True)
class MaxPool2d:
    size: int = 2
    stride: int | None = None

    def apply(self, x: Array) -> Array:
        step = self.stride or self.size
        windows = np.lib.stride_tricks.sliding_window_view(x, (self.size, self.size), axis=(2, 3))
        return windows[:, :, ::step, ::step].max(axis=(4, 5))


@dataclass(frozen=True)
class Linear:
    weight: Array  # (out, in)
    bias: Array

    def apply(self, x: Array) -> Array:
        if x.shape[-1] != self.weight.shape[1]:
            raise ValueError("x does not fit the weight")
        return x @ self.weight.T + self.bias


@dataclass(frozen=True)
class Network:
    layers: tuple[Layer, ...]

    def apply(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer.apply(x)
        return x


def softmax(logits: Array, axis: int = -1) -> Array:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def cross_entropy(probabilities: Array, labels: NDArray[np.integer]) -> float:
    picked = probabilities[np.arange(len(labels)), labels]
    return float(-np.mean(np.log(picked)))
