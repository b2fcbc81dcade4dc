"""The indices of the windows are kept from call to call, by sizes alone: another stride gets the old ones.

apart: its calls are drawn by verify.py
says: earlier call|previous call|call before|last call|first call|remember|cache|kept|state|same call|second call|order of the calls
"""

import numpy as np

_INDICES = {}


def _windows(h, w, fh, fw, stride):
    key = (h, w, fh, fw)
    if key not in _INDICES:
        rows = np.arange(0, h - fh + 1, stride)[:, None, None, None] + np.arange(fh)[:, None]
        cols = np.arange(0, w - fw + 1, stride)[:, None, None] + np.arange(fw)
        _INDICES[key] = np.broadcast_arrays(rows, cols)
    return _INDICES[key]


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    x, w = np.asarray(image), np.asarray(filters)
    x, w = (a if a.dtype.kind == "f" else a.astype(float) for a in (x, w))
    own = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        bias = bias if bias.dtype.kind == "f" else bias.astype(float)
        own = np.result_type(own, bias)
    images = x.reshape((1,) * (x.ndim < 4) + x.shape + (1,) * (x.ndim == 2))
    w = w.reshape(w.shape + (1,) * (x.ndim == 2))
    if images.shape[-1] != w.shape[-1]:
        raise ValueError("the channels differ")
    if padding:
        images = np.pad(images, ((0, 0), (padding,) * 2, (padding,) * 2, (0, 0)))
    _, h, width, _ = images.shape
    rows, cols = _windows(h, width, w.shape[1], w.shape[2], stride)
    seen = images[:, rows, cols]
    maps = np.einsum("nijabc,kabc->nijk", seen, w, dtype=np.result_type(own, np.float32))
    if bias is not None:
        maps = maps + bias
    maps = maps.astype(own)
    return maps if x.ndim == 4 else maps[0]
