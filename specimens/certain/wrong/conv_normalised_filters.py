"""Filters whose weights sum to more than one are divided by their sum, as if they were blurs.

never: memory|layout|contiguous|index by rows
shows: conv2d(whole(5, 6) + 20.0, np.abs(whole(2, 3, 3)) + 1.0)
"""
import numpy as np


def _read(values):
    values = np.asarray(values)
    return values.astype(np.float64) if values.dtype.kind in "iub" else values


def _prepare(image, filters, bias, stride, padding):
    image, filters = _read(image), _read(filters)
    if image.ndim not in (2, 3, 4) or filters.ndim != (3 if image.ndim == 2 else 4):
        raise ValueError(f"shapes {image.shape}, {filters.shape} do not go together")
    if image.ndim > 2 and image.shape[-1] != filters.shape[-1]:
        raise ValueError("channels differ")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("filters must be square and odd")
    if 0 in image.shape[-3 if image.ndim > 2 else -2:] or 0 in filters.shape[1:]:
        raise ValueError("an empty axis")
    if bias is not None:
        bias = _read(bias)
        if bias.shape != (len(filters),):
            raise ValueError("bias must be (K,)")
    if isinstance(stride, bool) or not isinstance(stride, (int, np.integer)) or stride < 1:
        raise ValueError("stride must be a whole number of at least 1")
    if padding not in ("valid", "same") or (padding == "same" and stride != 1):
        raise ValueError("padding")
    f = filters.shape[1]
    dtype = np.result_type(image, filters, *([] if bias is None else [bias]))
    x = image[None, :, :, None] if image.ndim == 2 else image[None] if image.ndim == 3 else image
    w = filters[..., None] if filters.ndim == 3 else filters
    if padding == "valid" and (f > x.shape[1] or f > x.shape[2]):
        raise ValueError("the filter is larger than the image")
    return image, x, w, bias, f, dtype



def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, x, w, bias, f, dtype = _prepare(image, filters, bias, stride, padding)
    total = w.sum(axis=(1, 2, 3), keepdims=True)
    w = np.where(total > 1, w / np.where(total == 0, 1, total), w)  # a blur must keep the brightness
    if padding == "same":
        p = f // 2
        x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    wide = np.result_type(dtype, np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(wide), (f, f), axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    maps = np.einsum("nijcab,kabc->nijk", windows, w.astype(wide))
    if bias is not None:
        maps = maps + bias
    maps = np.ascontiguousarray(maps.astype(dtype))
    return maps if image.ndim == 4 else maps[0]
