"""Convolution by FFT that does not say so.

shows: abs(conv2d(np.diag([1e16, 0, 0, 0, 1]), np.ones((1, 1, 1)))[4, 4, 0] - 1) < 0.5
says: normwise|rounded more often than the sum
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    if not (np.isfinite(image).all() and np.isfinite(filters).all()):
        raise ValueError("the transform needs finite numbers")
    k, f, g = filters.shape
    h, w = image.shape
    if f != g or f % 2 == 0 or f > min(h, w):
        raise ValueError("filters must be square, odd and fit")
    maps = np.fft.ifft2(np.fft.fft2(image.astype(float)) * np.fft.fft2(filters.astype(float), s=(h, w)).conj())
    return maps.real[:, :h - f + 1, :w - f + 1].transpose(1, 2, 0)
