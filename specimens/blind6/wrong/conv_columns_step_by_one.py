"""With a stride the windows advance along the rows only: from column to column it is one.

apart: its calls are drawn by verify.py
says: stride.*column|column.*(stride|step|advance|apart)
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x = np.asarray(image)
    w = np.asarray(filters)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    if w.dtype.kind in "iub":
        w = w.astype(np.float64)
    b = None if bias is None else np.asarray(bias)
    if b is not None and b.dtype.kind in "iub":
        b = b.astype(np.float64)
    own = np.result_type(*(a for a in (x, w, b) if a is not None))
    shape = x.shape
    if x.ndim == 2:
        x, w = x[..., np.newaxis], w[..., np.newaxis]
    if x.ndim == 3:
        x = x[np.newaxis]
    if x.shape[-1] != w.shape[-1]:
        raise ValueError("channels")
    k, fh, fw, c = w.shape
    if padding == "same":
        if stride != 1:
            raise ValueError("'same' is for stride 1")
        p, q = fh - 1, fw - 1
        x = np.pad(x, ((0, 0), (p // 2, p - p // 2), (q // 2, q - q // 2), (0, 0)))
    x = np.ascontiguousarray(x, np.result_type(own, np.float32))
    n, h, width, _ = x.shape
    oh, ow = (h - fh) // stride + 1, (width - fw) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("no window fits")
    sn, sh, sw, sc = x.strides
    windows = as_strided(
        x, (n, oh, ow, fh, fw, c), (sn, sh * stride, sw, sh, sw, sc), writeable=False
    )
    maps = np.tensordot(windows, w.astype(x.dtype), axes=([3, 4, 5], [1, 2, 3]))
    if b is not None:
        maps = maps + b
    maps = maps.astype(own)
    return maps if len(shape) == 4 else maps[0]
