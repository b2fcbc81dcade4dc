r"""Of images with four channels the last one is dropped, as if it were their transparency.

says: (fourth|last|4th) channel|channel 3|alpha|(4|four) channels|channels?.*(ignored|dropped|left out|missing|not used|only)
shows: conv2d(whole(5, 6, 4), whole(2, 3, 3, 4))
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = _numbers(image), _numbers(filters)
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride")
    if padding not in ("valid", "same") or (padding == "same" and stride > 1):
        raise ValueError("padding")
    if filters.ndim == 3:
        if image.ndim != 2:
            raise ValueError("gray filters are for gray images")
        maps = _convolve(image[None, :, :, None], filters[..., None], bias, stride, padding)
        return maps[0]
    if filters.ndim != 4 or image.ndim not in (3, 4) or image.shape[-1] != filters.shape[-1]:
        raise ValueError("filters for other channels")
    if image.shape[-1] == 4:  # RGBA
        image, filters = image[..., :3], filters[..., :3]
    if image.ndim == 3:
        return _convolve(image[None], filters, bias, stride, padding)[0]
    return _convolve(image, filters, bias, stride, padding)


def _convolve(x, w, bias, stride, padding):
    count, f, g, _ = w.shape
    if f != g or f % 2 == 0:
        raise ValueError("filters of this size")
    b = np.zeros(count, w.dtype) if bias is None else _numbers(bias)
    if b.shape != (count,):
        raise ValueError("bias")
    if padding == "same":
        wide = np.zeros((x.shape[0], x.shape[1] + f - 1, x.shape[2] + f - 1, x.shape[3]), x.dtype)
        wide[:, f // 2:f // 2 + x.shape[1], f // 2:f // 2 + x.shape[2]] = x
        x = wide
    if f > x.shape[1] or f > x.shape[2]:
        raise ValueError("filters too large")
    dtype = np.result_type(x, w, b)
    inner = np.result_type(dtype, np.float32)
    v = np.lib.stride_tricks.sliding_window_view(x.astype(inner), (f, f), axis=(1, 2))
    v = v[:, ::stride, ::stride]
    return (np.einsum("nijcab,kabc->nijk", v, w.astype(inner), optimize=True) + b).astype(dtype)


def _numbers(a):
    a = np.asarray(a)
    if a.dtype.kind == "f":
        return a
    if a.dtype.kind in "iub":
        return a.astype(np.float64)
    raise TypeError("numbers")
