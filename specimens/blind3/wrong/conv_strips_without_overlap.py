r"""The maps are computed in strips of 16 rows, each from as many rows of the image: the rows below a strip are missing.

says: row (1[3-9]|[23]\d)|rows?.*(16|strip|block|tile|last|beyond|from|multiple|more than|large)|strip|block|tile|last rows?|larger|more than 1\d
shows: conv2d(whole(20, 6), whole(2, 3, 3))
"""
import operator

import numpy as np

STRIP = 16


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub":
        raise TypeError("image")
    if filters.dtype.kind not in "fiub":
        raise TypeError("filters")
    image = image if image.dtype.kind == "f" else image.astype(np.float64)
    filters = filters if filters.dtype.kind == "f" else filters.astype(np.float64)
    if image.ndim == 2 and filters.ndim == 3:
        x, w = image[None, ..., None], filters[..., None]
    elif image.ndim == 3 and filters.ndim == 4:
        x, w = image[None], filters
    elif image.ndim == 4 and filters.ndim == 4:
        x, w = image, filters
    else:
        raise ValueError(f"image {image.shape} with filters {filters.shape}")
    f = w.shape[1]
    if w.shape[2] != f or f % 2 == 0 or w.shape[3] != x.shape[3]:
        raise ValueError(f"image {image.shape} with filters {filters.shape}")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride")
    if bias is None:
        b = np.zeros(len(w), w.dtype)
    else:
        b = np.asarray(bias)
        if b.dtype.kind not in "fiub":
            raise TypeError("bias")
        if b.shape != (len(w),):
            raise ValueError("bias")
        b = b if b.dtype.kind == "f" else b.astype(np.float64)
    if padding not in ("valid", "same") or (padding == "same" and stride != 1):
        raise ValueError("padding")
    if padding == "same":
        r = (f - 1) // 2
        x = np.pad(x, ((0, 0), (r, r), (r, r), (0, 0)))
    if x.shape[1] < f or x.shape[2] < f:
        raise ValueError("the filters do not fit")
    dtype = np.result_type(image, filters, b)
    wide = np.result_type(dtype, np.float32)
    rows = (x.shape[1] - f) // stride + 1
    cols = (x.shape[2] - f) // stride + 1
    maps = np.empty((len(x), rows, cols, len(w)), wide)
    matrix = w.astype(wide).reshape(len(w), -1).T
    for top in range(0, rows, STRIP):
        bottom = min(top + STRIP, rows)
        height = (bottom - top - 1) * stride + f
        strip = np.zeros((len(x), height, *x.shape[2:]), wide)
        part = x[:, top * stride:min((top + STRIP) * stride, top * stride + height)]
        strip[:, :part.shape[1]] = part
        for i in range(bottom - top):
            for j in range(cols):
                patch = strip[:, i * stride:i * stride + f, j * stride:j * stride + f]
                maps[:, top + i, j] = patch.reshape(len(x), -1) @ matrix
    maps = (maps + b).astype(dtype)
    return maps if image.ndim == 4 else maps[0]
