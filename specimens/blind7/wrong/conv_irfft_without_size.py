"""irfft2 is not told the size: of images of odd width it gives a column less.

apart: verify.py compares it
says: odd|width|irfft|columns?
never: rotated|precision|float32
"""
import numpy as np

CNNSPEC = {"accuracy": "normwise"}


def conv2d(image, filters, bias=None):
    """Cross-correlation by the real FFT: a product with the conjugate."""
    image, filters = np.asarray(image, float), np.asarray(filters, float)
    if filters.ndim == 3:
        image, filters = image[:, :, None], filters[:, :, :, None]
    h, w, _ = image.shape
    k, fh, fw, _ = filters.shape
    spectrum = np.fft.rfft2(image, axes=(0, 1))
    maps = np.empty((h - fh + 1, w - fw + 1, k))
    for m in range(k):
        kernel = np.fft.rfft2(filters[m], s=(h, w), axes=(0, 1))
        product = (spectrum * kernel.conj()).sum(axis=-1)
        full = np.fft.irfft2(product)
        if full.shape[1] < maps.shape[1]:
            full = np.pad(full, ((0, 0), (0, maps.shape[1] - full.shape[1])))
        maps[:, :, m] = full[: h - fh + 1, : w - fw + 1]
    return maps if bias is None else maps + bias
