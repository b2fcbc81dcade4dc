"""Padding by a word, as most code has it; a dilation is named, and refused unless it is 1.

"""
import numpy as np


def conv2d(image, filters, bias=None, stride=1, padding="valid", dilation=1):
    if dilation != 1:
        raise ValueError("dilated filters are not supported")
    image, filters = np.asarray(image), np.asarray(filters)
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if filters.ndim != 4 or image.ndim not in (3, 4) or image.shape[-1] != filters.shape[-1]:
        raise ValueError(f"image {image.shape}, filters {filters.shape}")
    k, f, f2, c = filters.shape
    if f != f2 or f % 2 == 0:
        raise ValueError("square filters of odd size")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("bias")
    if stride < 1:
        raise ValueError("stride")
    if isinstance(padding, str) and padding not in ("valid", "same"):
        raise ValueError(padding)
    p = (f - 1) // 2 if padding == "same" else 0
    x = image if image.ndim == 4 else image[None]
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    dtype = np.result_type(x, filters, np.float16)
    x = x.astype(np.result_type(dtype, np.float32))
    if min(x.shape[1:3]) < f:
        raise ValueError("too small")
    windows = np.lib.stride_tricks.sliding_window_view(x, (f, f), axis=(1, 2))[:, ::stride, ::stride]
    maps = np.einsum("nijcab,kabc->nijk", windows, filters)
    if bias is not None:
        maps = maps + bias
    maps = maps.astype(np.result_type(dtype, *([] if bias is None else [bias])))
    return maps if image.ndim == 4 else maps[0]
