"""Keras's word for "no padding", and no other: what numbers would mean is not its matter.
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None, padding="valid"):
    if padding != "valid":
        raise ValueError("only padding='valid' is supported")
    maps = np.asarray(maps)
    stride = size if stride is None else stride
    if stride < 1 or size < 1 or min(maps.shape[-3:-1]) < size or maps.ndim < 3:
        raise ValueError("no window fits")
    rows, columns = ((n - size) // stride + 1 for n in maps.shape[-3:-1])
    out = np.stack([np.stack([
        maps[..., i * stride:i * stride + size, j * stride:j * stride + size, :].max(axis=(-3, -2))
        for j in range(columns)], axis=-2) for i in range(rows)], axis=-3)
    return out
