"""In the loop over channels the map is assigned (=) where it should be added to (+=): only the last channel is left.

says: last channel|overwr|assign|(other|earlier|first|previous|all but)[^.]*channels?[^.]*(ignored|lost|left out|missing|replac|dropped)|only[^.]*channel|channels?[^.]*not (added|summed)
never: first channel (only|alone)|only the first channel
shows: conv2d(whole(5, 6, 3), whole(2, 3, 3, 3))
"""
import operator

import numpy as np
from scipy.signal import correlate


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = np.asarray(image)
    filters = np.asarray(filters)
    for what in (image, filters):
        if what.dtype.kind not in "fiub":
            raise TypeError(f"real numbers only, not {what.dtype}")
    step = operator.index(stride)
    if step < 1:
        raise ValueError("stride must be >= 1")
    if padding not in ("same", "valid"):
        raise ValueError("padding must be same or valid")
    if padding == "same" and step > 1:
        raise ValueError("no stride with same")
    if image.ndim == 4:
        if len(image) == 0:
            return conv2d(np.zeros((1, *image.shape[1:])), filters, bias, stride=stride, padding=padding)[:0]
        return np.stack([conv2d(one, filters, bias, stride=stride, padding=padding) for one in image])
    if image.ndim == 2 and filters.ndim == 3:
        return conv2d(image[..., None], filters[..., None], bias, stride=stride, padding=padding)
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("shapes")
    k, f, g, c = filters.shape
    if image.shape[2] != c or c == 0:
        raise ValueError("channels")
    if f != g or f % 2 == 0:
        raise ValueError("filter size")
    if bias is not None and np.asarray(bias).shape != (k,):
        raise ValueError("bias")
    x = image.astype(np.float64)
    if padding == "same":
        x = np.pad(x, ((f // 2,) * 2, (f // 2,) * 2, (0, 0)))
    if f > x.shape[0] or f > x.shape[1]:
        raise ValueError("filter too large")
    out = np.zeros(((x.shape[0] - f) // step + 1, (x.shape[1] - f) // step + 1, k))
    for n in range(k):
        for ch in range(c):
            one = correlate(x[:, :, ch], filters[n, :, :, ch].astype(np.float64), mode="valid", method="direct")
            out[:, :, n] = one[::step, ::step]
        if bias is not None:
            out[:, :, n] += bias[n]
    return out
