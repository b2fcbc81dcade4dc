"""Pooling without loops. x is (batch, height, width, channels)."""
import numpy as np


def pool2d(x, size=2, mode="max"):
    n, h, w, c = x.shape
    h, w = h // size, w // size
    x = x[:, :h * size, :w * size]
    blocks = x.reshape(n, h, w, size, size, c)
    if mode == "max":
        return blocks.max(axis=(3, 4))
    if mode == "mean":
        return blocks.mean(axis=(3, 4))
    raise ValueError(mode)


def upsample(x, size=2):
    return x.repeat(size, axis=1).repeat(size, axis=2)


if __name__ == "__main__":
    x = np.ones((1, 4, 4, 1))
    assert pool2d(x).shape == (1, 2, 2, 1)
    assert (upsample(pool2d(x)) == x).all()
    print("ok")
