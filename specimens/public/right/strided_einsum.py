"""as_strided and einsum; nothing is refused.

exit: 1
says: every number tested is right
"""
import numpy as np

def strided_windows(a, f, s):
    n, h, w, c = a.shape
    shape = n, (h - f) // s + 1, (w - f) // s + 1, f, f, c
    sn, sh, sw, sc = a.strides
    return np.lib.stride_tricks.as_strided(a, shape, (sn, sh * s, sw * s, sh, sw, sc), writeable=False)

def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    f = filters.shape[1]
    if padding == "same":
        p = (f - 1) // 2
        image = np.pad(image, ((0, 0), (p, p), (p, p), (0, 0)))
    out = np.einsum("nijabc,kabc->nijk", strided_windows(image, f, stride).astype(float), filters.astype(float))
    if bias is not None:
        out = out + bias
    return out
