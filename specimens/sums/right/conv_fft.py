"""Convolution by FFT, declared as normwise.

limit: not finite
"""
import numpy as np

CNNSPEC = {"accuracy": "normwise"}

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    if not (np.isfinite(image).all() and np.isfinite(filters).all()):
        raise ValueError("the transform needs finite numbers")
    k, f, g = filters.shape
    h, w = image.shape
    if f != g or f % 2 == 0 or f > min(h, w):
        raise ValueError("filters must be square, odd and fit")
    spectrum = np.fft.rfft2(image.astype(float))
    kernels = np.fft.rfft2(filters.astype(float), s=(h, w))
    maps = np.fft.irfft2(spectrum * kernels.conj(), s=(h, w))
    return maps[:, :h - f + 1, :w - f + 1].transpose(1, 2, 0)
