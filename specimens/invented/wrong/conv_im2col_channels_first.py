"""sliding_window_view appends the window's axes, so each row of the matrix is (C, f, f), while the filters are flattened as (f, f, C).

says: order|flatten|unroll|im2col|reshap|C, ?f, ?f|f, ?f, ?C|K, ?C, ?f|channels?[- ](axis )?(first|last)|(axes|weights|channels?)[^.]*(transpos|exchang|swap|interchang|mixed|permut|another|wrong|scrambl|read as|other)
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if "O" in (image.dtype.kind, filters.dtype.kind) or image.dtype.kind in "cSU" or filters.dtype.kind in "cSU":
        raise TypeError("real numbers are needed")
    if isinstance(stride, float):
        raise TypeError("stride must be an integer")
    if stride <= 0:
        raise ValueError("stride must be positive")
    if image.ndim == 2:
        if filters.ndim != 3:
            raise ValueError("gray images need filters (K, f, f)")
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    if image.ndim not in (3, 4) or filters.ndim != 4:
        raise ValueError(f"cannot convolve {image.shape} with {filters.shape}")
    if image.shape[-1] != filters.shape[-1]:
        raise ValueError(f"{image.shape[-1]} channels, but filters for {filters.shape[-1]}")
    K, f, _, C = filters.shape
    if filters.shape[2] != f or f % 2 == 0:
        raise ValueError("filters must be odd squares")
    images = image if image.ndim == 4 else image[np.newaxis]
    N, H, W, _ = images.shape
    if f > H or f > W or C == 0:
        raise ValueError("filter does not fit in image")
    cols = np.lib.stride_tricks.sliding_window_view(images, (f, f), axis=(1, 2))[:, ::stride, ::stride]
    h, w = cols.shape[1:3]
    cols = cols.reshape(N * h * w, C * f * f).astype(np.float64)
    out = cols @ filters.reshape(K, f * f * C).T.astype(np.float64)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.shape != (K,):
            raise ValueError("one bias for each filter")
        out += bias
    out = out.reshape(N, h, w, K)
    return out if image.ndim == 4 else out[0]
