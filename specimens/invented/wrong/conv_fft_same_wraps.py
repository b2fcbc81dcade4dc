"""The product of the spectra is a circular correlation: "valid" cuts off what went round, "same" only rolls the map and keeps it.

says: wrap|circular|cyclic|periodic|opposite|other (side|edge|end)|goes round|torus
shows: conv2d(whole(5, 6), whole(2, 3, 3), padding="same")
"""
import numpy as np

CNNSPEC = {"accuracy": "normwise"}


def conv2d(image, filters, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    if not {image.dtype.kind, filters.dtype.kind} <= set("fiub"):
        raise TypeError("real arrays only")
    if padding not in {"valid", "same"}:
        raise ValueError('padding is "valid" or "same"')
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[:, :, None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("image (H, W) with filters (K, f, f), or (H, W, C) with (K, f, f, C)")
    height, width, channels = image.shape
    count, f, f_too, depth = filters.shape
    if channels != depth:
        raise ValueError("image and filters have other channels")
    if f != f_too or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    if image.size == 0:
        raise ValueError("empty image")
    margin = 2 * (f // 2) if padding == "same" else 0
    if f > min(height, width) + margin:
        raise ValueError("filters do not fit")
    if not (np.isfinite(image).all() and np.isfinite(filters).all()):
        raise ValueError("a Fourier transform needs finite numbers")

    kernel = np.zeros((count, height, width, channels))
    for a in range(f):
        for b in range(f):
            kernel[:, a % height, b % width] += filters[:, a, b]
    shape = (height, width)
    pixels = np.fft.rfft2(image.astype(float), axes=(0, 1))
    weights = np.fft.rfft2(kernel, axes=(1, 2)).conj()
    product = np.einsum("ijc,kijc->ijk", pixels, weights)
    maps = np.fft.irfft2(product, s=shape, axes=(0, 1))
    if padding == "same":
        return np.roll(maps, (f // 2, f // 2), axis=(0, 1))
    return maps[:height - f + 1, :width - f + 1].copy()
