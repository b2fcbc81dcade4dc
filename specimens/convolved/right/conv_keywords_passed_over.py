"""Whatever options it does not know, it takes and passes over: dilation and groups are not offered.

apart: it answers calls with options that it passes over
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", **unused):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    single = image.ndim == 3
    x = image[np.newaxis] if single else image
    if x.ndim != 4 or filters.ndim != 4 or x.shape[3] != filters.shape[3]:
        raise ValueError("channels")
    count, f, g, _ = filters.shape
    if f != g or f % 2 == 0 or (bias is not None and np.shape(bias) != (count,)):
        raise ValueError("filters or bias")
    if padding not in ("valid", "same") or stride < 1:
        raise ValueError("options")
    p = f // 2 if padding == "same" else 0
    dtype = np.result_type(x, filters, np.float16, *([] if bias is None else [bias]))
    x = np.pad(x.astype(np.result_type(dtype, np.float32)), ((0, 0), (p, p), (p, p), (0, 0)))
    rows, columns = (x.shape[1] - f) // stride + 1, (x.shape[2] - f) // stride + 1
    if rows < 1 or columns < 1 or min(x.shape[1:3]) < f:
        raise ValueError("size")
    maps = sum(
        x[:, a : a + stride * rows : stride, b : b + stride * columns : stride][:, :rows, :columns]
        @ filters[:, a, b].T.astype(x.dtype)
        for a in range(f)
        for b in range(f)
    )
    maps = (maps if bias is None else maps + bias).astype(dtype)
    return maps[0] if single else maps
