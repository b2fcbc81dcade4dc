""""same" pads as for filters that are not dilated.

apart: verify.py compares it
says: (same|padd|border|zeros|edge|margin).*dilat|dilat.*(same|padd|border|zeros|edge|margin)
never: stride
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", dilation=1):
    x, w = np.asarray(image, float), np.asarray(filters, float)
    if w.ndim == 3:
        x, w = x[..., None], w[..., None]
    single = x.ndim == 3
    if single:
        x = x[None]
    fh, fw = w.shape[1:3]
    if padding == "same":
        ph, pw = (fh - 1) // 2, (fw - 1) // 2
        x = np.pad(x, ((0, 0), (ph, fh - 1 - ph), (pw, fw - 1 - pw), (0, 0)))
    extent = (dilation * (fh - 1) + 1, dilation * (fw - 1) + 1)
    windows = sliding_window_view(x, extent, axis=(1, 2))
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    out = np.einsum("nijcab,kabc->nijk", windows, w)
    if bias is not None:
        out = out + bias
    return out[0] if single else out
