"""A batch is taken for one image: its images for rows, and its rows for columns. With fewer images than a filter has rows that is refused, by chance.

shows: conv2d(whole(5, 6, 4, 3), whole(2, 3, 3, 3))
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    image, filters = (v.astype(float) if v.dtype.kind in "iub" else v for v in (image, filters))
    if image.ndim < 2 or filters.ndim != (3 if image.ndim == 2 else 4):
        raise ValueError("shapes")
    f, K = filters.shape[1], len(filters)
    if image.shape[2:] and image.shape[-1] != filters.shape[-1]:
        raise ValueError("channels differ")
    if filters.shape[1] != filters.shape[2] or f % 2 == 0:
        raise ValueError("square and odd")
    if isinstance(stride, bool) or not isinstance(stride, (int, np.integer)) or stride < 1:
        raise ValueError("stride")
    if padding not in ("valid", "same") or padding == "same" and stride != 1:
        raise ValueError("padding")
    if bias is not None and np.shape(bias) != (K,):
        raise ValueError("bias")
    if 0 in image.shape or 0 in filters.shape[1:]:
        raise ValueError("empty")
    if padding == "same":
        p = f // 2
        image = np.pad(image, ((p, p), (p, p)) + ((0, 0),) * (image.ndim - 2))
    rows, columns = image.shape[:2]
    if f > rows or f > columns:
        raise ValueError(f"filters of {f}x{f} do not fit into an image of {rows}x{columns}")
    h, v = (rows - f) // stride + 1, (columns - f) // stride + 1
    out = np.result_type(image, filters, *([] if bias is None else [np.asarray(bias).astype(float) if np.asarray(bias).dtype.kind in "iub" else bias]))
    wide = np.result_type(out, np.float32)
    maps = np.zeros((h, v) + (image.shape[2:3] if image.ndim == 4 else ()) + (K,), wide)
    for a in range(f):
        for b in range(f):
            part = image[a:a + stride * (h - 1) + 1:stride, b:b + stride * (v - 1) + 1:stride].astype(wide)
            maps += part[..., None] * filters[:, a, b].astype(wide) if image.ndim == 2 else part @ filters[:, a, b].astype(wide).T
    if bias is not None:
        maps = maps + bias
    return maps.astype(out)
