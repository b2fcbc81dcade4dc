"""Convolution theorem to the rescue: conv layers for big kernels, one picture (channels, height, width)."""
import numpy as np


def fft_conv2d(image, kernels, bias=None):
    """kernels (n, channels, kh, kw); only positions where the kernel fits (valid)"""
    channels, height, width = image.shape
    n, kc, kh, kw = kernels.shape
    size = (height + kh - 1, width + kw - 1)
    F = np.fft.rfft2(image, size)
    G = np.fft.rfft2(kernels, size)
    full = np.fft.irfft2((F[None] * G).sum(axis=1), size)
    out = full[:, kh - 1:height, kw - 1:width]
    if bias is not None:
        out = out + np.reshape(bias, (-1, 1, 1))
    return out


def relu(maps):
    return np.maximum(maps, 0)


def max_pool(maps, size=2):
    n, h, w = maps.shape
    h, w = h // size * size, w // size * size
    return maps[:, :h, :w].reshape(n, h // size, size, w // size, size).max(axis=(2, 4))


def features(image, filter_banks):
    for kernels, bias in filter_banks:
        image = max_pool(relu(fft_conv2d(image, kernels, bias)))
    return image.ravel()


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    banks = [(rng.normal(size=(4, 3, 15, 15)), rng.normal(size=4)), (rng.normal(size=(8, 4, 9, 9)), rng.normal(size=8))]
    print(features(rng.random((3, 64, 64)), banks).shape)
