"""Pictures of three channels are taken for BGR, as OpenCV reads them, and their channels are reversed first.

says: BGR|RGB|channels?[^.]*(revers|order|backward|exchang|swap|wrong|other)|(revers|swap|exchang|backward)[^.]*channel
never: (one|two|2) channels
shows: conv2d(whole(5, 6, 3), whole(2, 3, 3, 3))
"""
import numpy as np


def conv2d(img, filters, bias=None):
    img = np.asarray(img)
    filters = np.asarray(filters)
    if img.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("need real numbers")
    if img.ndim - filters.ndim not in (-1, 0) or img.ndim not in (2, 3, 4) or filters.ndim not in (3, 4):
        raise ValueError("bad number of axes: %s, %s" % (img.shape, filters.shape))
    if (img.ndim == 2) != (filters.ndim == 3):
        raise ValueError("both need a channel axis, or none")
    gray = img.ndim == 2
    if gray:
        img, filters = img[..., None], filters[..., None]
    batch = img if img.ndim == 4 else img[None]
    n, h, w, c = batch.shape
    k, f = filters.shape[0], filters.shape[1]
    if filters.shape != (k, f, f, c) or f % 2 == 0 or not 0 < f <= min(h, w) or c == 0:
        raise ValueError("filters of shape %s do not suit" % (filters.shape,))
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("bias must have one number per filter")

    if c == 3:
        batch = batch[..., ::-1]  # BGR -> RGB
    kept = np.result_type(*(a if a.dtype.kind == "f" else np.float64 for a in (batch, filters)))
    batch = batch.astype(np.float64)
    out = np.zeros((n, h - f + 1, w - f + 1, k))
    for a in range(f):
        for b in range(f):
            out += batch[:, a:a + h - f + 1, b:b + w - f + 1] @ filters[:, a, b].T.astype(np.float64)
    if bias is not None:
        bias = np.asarray(bias)
        out += bias
        kept = np.result_type(kept, bias if bias.dtype.kind == "f" else np.float64)
    out = out.astype(kept)
    return out if img.ndim == 4 else out[0]
