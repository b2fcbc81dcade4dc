"""By Fourier transforms of the image's own size: the maps are cut out from 0 on, where the windows wrap around, and not from f - 1 on.

says: wrap|circular|period|shift|(windows?|rows?|columns?)[^.]*(early|before|begin|start)|f - 1|opposite|other end|rolled
shows: conv2d(np.arange(25.0).reshape(5, 5), np.arange(9.0).reshape(1, 3, 3))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    given = [a.astype(float) if a.dtype.kind in "iub" else a for a in (image, filters)]
    if bias is not None:
        bias = np.asarray(bias)
        given.append(bias.astype(float) if bias.dtype.kind in "iub" else bias)
    dtype = np.result_type(*given)
    x, w = given[0].astype(float), given[1].astype(float)
    x = x[..., None] if x.ndim == 2 else x
    x = x if x.ndim == 4 else x[None]
    w = w[..., None] if w.ndim == 3 else w
    h, wd = x.shape[1:3]
    fh, fw = w.shape[1:3]
    oh, ow = h - fh + 1, wd - fw + 1
    if oh < 1 or ow < 1:
        raise ValueError("the filter is larger than the image")
    spectrum = np.fft.rfft2(x, axes=(1, 2))
    kernels = np.fft.rfft2(w[:, ::-1, ::-1], s=(h, wd), axes=(1, 2))
    full = np.fft.irfft2(np.einsum("nhwc,khwc->nhwk", spectrum, kernels), s=(h, wd), axes=(1, 2))
    y = full[:, :oh, :ow]
    if all(not (a % 1).any() for a in (x, w)):
        y = np.rint(y)
    if bias is not None:
        y = y + given[2]
    y = y.astype(dtype)
    return y if image.ndim == 4 else y[0]
