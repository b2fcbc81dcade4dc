r"""The last block of eight filters is moved back to be full, but its maps are stored where it would have begun.

says: (map|filter).*(8|eight|last|beyond|another|other|wrong|order|shift|previous|earlier)|block|(8|eight).*(map|filter)
shows: conv2d(whole(5, 6), whole(11, 3, 3))
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import as_strided

BLOCK = 8


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    arrays = [np.asarray(image), np.asarray(filters)]
    if bias is not None:
        arrays.append(np.asarray(bias))
    if any(one.dtype.kind not in "fiub" for one in arrays):
        raise TypeError("only arrays of numbers")
    arrays = [one if one.dtype.kind == "f" else one.astype(np.float64) for one in arrays]
    dtype = np.result_type(*arrays)
    inner = np.result_type(dtype, np.float32)
    x, w = arrays[:2]
    axes = x.ndim
    if (axes, w.ndim) == (2, 3):
        x, w = x[np.newaxis, ..., np.newaxis], w[..., np.newaxis]
    elif (axes, w.ndim) == (3, 4):
        x = x[np.newaxis]
    elif (axes, w.ndim) != (4, 4):
        raise ValueError("these axes do not go together")
    K, f = w.shape[0], w.shape[1]
    if w.shape[1:] != (f, f, x.shape[-1]) or f % 2 != 1:
        raise ValueError("these filters do not fit this image")
    if bias is not None and arrays[2].shape != (K,):
        raise ValueError("this bias does not fit these filters")
    s = operator.index(stride)
    if s < 1:
        raise ValueError("stride below 1")
    if padding == "same":
        if s != 1:
            raise ValueError("same, but with a stride")
        x = np.pad(x, [(0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0)])
    elif padding != "valid":
        raise ValueError(f"padding {padding!r}")
    N, H, W, C = x.shape
    if f > H or f > W:
        raise ValueError("these filters are too large")
    rows, cols = (H - f) // s + 1, (W - f) // s + 1

    x = np.ascontiguousarray(x, inner)
    sn, sh, sw, sc = x.strides
    patches = as_strided(x, (N, rows, cols, f, f, C), (sn, sh * s, sw * s, sh, sw, sc), writeable=False)
    patches = patches.reshape(N * rows * cols, f * f * C)
    weights = w.reshape(K, f * f * C).astype(inner)
    maps = np.empty((len(patches), K), inner)
    for k in range(0, K, BLOCK):
        first = max(0, min(k, K - BLOCK))
        block = patches @ weights[first:first + BLOCK].T
        maps[:, k:k + BLOCK] = block[:, :K - k]
    if bias is not None:
        maps += arrays[2].astype(inner)
    maps = maps.reshape(N, rows, cols, K).astype(dtype)
    return maps if axes == 4 else maps[0]
