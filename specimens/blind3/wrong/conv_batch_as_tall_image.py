r"""A batch is run as one tall image; with a stride the windows of later images begin between their rows.

says: batch|second image|(later|other|further|next) images?|all but the first|images? after|first image|\bimage [1-9]
shows: conv2d(whole(3, 7, 6, 2), whole(2, 3, 3, 2), stride=2)
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x, w = np.asarray(image), np.asarray(filters)
    if x.dtype.kind not in "fiub" or w.dtype.kind not in "fiub":
        raise TypeError("must be numbers")
    x = x.astype(np.float64) if x.dtype.kind != "f" else x
    w = w.astype(np.float64) if w.dtype.kind != "f" else w
    axes = x.ndim
    if axes == 2 and w.ndim == 3:
        x, w = x[:, :, None], w[:, :, :, None]
    elif axes not in (3, 4) or w.ndim != 4:
        raise ValueError("must be (H, W) with (K, f, f), or (H, W, C) with (K, f, f, C)")
    if x.shape[-1] != w.shape[-1]:
        raise ValueError("must have the same channels")
    K, f, f2, C = w.shape
    if f != f2 or f % 2 == 0:
        raise ValueError("must be square and odd")
    dtype = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("must be numbers")
        if bias.dtype.kind != "f":
            bias = bias.astype(np.float64)
        if bias.shape != (K,):
            raise ValueError("must have one bias a filter")
        dtype = np.result_type(dtype, bias)
    stride = operator.index(stride)
    if stride < 1 or padding not in ("valid", "same") or (padding == "same" and stride > 1):
        raise ValueError("must be another stride or padding")
    x = x.reshape(-1, *x.shape[-3:])
    if padding == "same":
        x = np.pad(x, ((0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0)))
    N, H, W, _ = x.shape
    if f > H or f > W:
        raise ValueError("must fit into the image")
    rows, cols = (H - f) // stride + 1, (W - f) // stride + 1

    work = np.result_type(dtype, np.float32)
    tall = x.astype(work).reshape(N * H, W, C)
    windows = sliding_window_view(tall, (f, f), axis=(0, 1))[::stride, ::stride]
    maps = np.tensordot(windows, w.astype(work), axes=((2, 3, 4), (3, 1, 2)))
    starts = [n * H // stride for n in range(N)]
    out = np.stack([maps[start:start + rows] for start in starts])
    if bias is not None:
        out = out + bias
    out = out.reshape(N, rows, cols, K).astype(dtype)
    return out if axes == 4 else out[0]
