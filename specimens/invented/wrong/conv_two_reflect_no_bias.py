"""Two mistakes: "same" reflects the image at its border where zeros belong, and the bias is checked and then forgotten.

says: mirror|reflect|symmetric
says: bias[^.]*(ignored|not added|missing|forg|left out|never|without|no effect|not used)|(no|without|ignor(es|ing)|forgets|lacks) (the |a |its )?bias
shows: conv2d(whole(6, 7) + 9, whole(2, 3, 3), padding="same")
shows: conv2d(whole(6, 7), whole(2, 3, 3), np.array([10.0, 20.0]))
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(image, filters, bias=None, *, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers, image and filters")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim not in (3, 4) or filters.ndim != 4:
        raise ValueError("number of axes")
    k, f, g, c = filters.shape
    if f != g or f % 2 == 0:
        raise ValueError("filters must be square, with an odd size")
    if c != image.shape[-1] or 0 in image.shape[-3:]:
        raise ValueError("number of channels")
    if padding not in ("valid", "same"):
        raise ValueError("padding must be 'valid' or 'same'")
    if bias is not None:
        bias = np.asarray(bias, dtype=np.float64)
        if bias.shape != (k,):
            raise ValueError("bias must have one entry for each filter")
    x = image.astype(np.float64)
    if padding == "same":
        margin = [(0, 0)] * (x.ndim - 3) + [(f // 2, f // 2)] * 2 + [(0, 0)]
        x = np.pad(x, margin, mode="symmetric")
    if f > x.shape[-3] or f > x.shape[-2]:
        raise ValueError("the filters do not fit into the image")
    windows = sliding_window_view(x, (f, f), axis=(-3, -2))
    return np.tensordot(windows, filters.astype(np.float64), axes=((-3, -2, -1), (3, 1, 2)))
