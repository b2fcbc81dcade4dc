"""Sub-pixel convolution: the results of each phase of the stride come from every stride-th weight.

shows: conv_transpose2d(whole(3, 4, 2), whole(2, 4, 4, 5), stride=2, padding=1, output_padding=1)
"""
import numpy as np


def _checked(image, filters, bias, stride, padding, output_padding):
    x, w = np.asarray(image), np.asarray(filters)
    x, w = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (x, w))
    if x.ndim not in (3, 4) or w.ndim != 4:
        raise ValueError("image has 3 or 4 axes, filters have 4")
    if x.shape[-1] != w.shape[0]:
        raise ValueError("one filter for each channel of the image")
    if bias is not None and np.shape(bias) != (w.shape[3],):
        raise ValueError("one bias for each map")
    if stride < 1 or padding < 0 or not 0 <= output_padding < max(stride, 1):
        raise ValueError("options out of range")
    return x, w


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0):
    x, w = _checked(image, filters, bias, stride, padding, output_padding)
    batch = x if x.ndim == 4 else x[None]
    n, h, wd, _ = batch.shape
    fh, fw, maps = w.shape[1:]
    sizes = [(m - 1) * stride + f + output_padding - 2 * padding for m, f in ((h, fh), (wd, fw))]
    if min(sizes) < 1:
        raise ValueError("padding takes everything")
    kind = np.result_type(x, w, *([] if bias is None else [np.asarray(bias, float if np.asarray(bias).dtype.kind != "f" else None)]))
    wide = np.result_type(kind, np.float32)
    full = np.zeros((n, sizes[0] + 2 * padding, sizes[1] + 2 * padding, maps), wide)
    for r in range(min(stride, fh)):
        for c in range(min(stride, fw)):
            taps = w[:, r::stride, c::stride].astype(wide)
            a, b = taps.shape[1:3]
            part = np.zeros((n, h + a - 1, wd + b - 1, maps), wide)
            for i in range(a):
                for j in range(b):
                    part[:, i:i + h, j:j + wd] += batch.astype(wide) @ taps[:, i, j]
            place = full[:, r::stride, c::stride]
            place[:, :part.shape[1], :part.shape[2]] += part
    maps_ = full[:, padding:padding + sizes[0], padding:padding + sizes[1]]
    if bias is not None:
        maps_ = maps_ + np.asarray(bias)
    maps_ = maps_.astype(kind)
    return maps_ if x.ndim == 4 else maps_[0]
