"""The rows and columns of the output padding are appended as zeros after the crop: what the filters had laid there is lost where the padding had cut it off.

says: output.?padding|(last|bottom|right|lower)[^.]*(zero|row|column|empty|lost|only the bias)
shows: conv_transpose2d(np.ones((3, 3, 1)), np.ones((1, 3, 3, 1)), stride=2, padding=1, output_padding=1)
"""
import numpy as np


def _two(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def _float(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    image, filters = _float(image), _float(filters)
    given = [image, filters] if bias is None else [image, filters, _float(bias)]
    dtype = np.result_type(*given)
    wide = np.result_type(dtype, np.float32)
    x = (image if image.ndim == 4 else image[None]).astype(wide)
    n, h, w, k = x.shape
    _, fh, fw, c = filters.shape
    (sh, sw), (dh, dw), (oph, opw) = _two(stride), _two(dilation), _two(output_padding)
    (top, bottom), (left, right) = (_two(p) for p in _two(padding))

    full = np.zeros((n, (h - 1) * sh + dh * (fh - 1) + 1, (w - 1) * sw + dw * (fw - 1) + 1, groups * c), wide)
    per = k // groups
    for g in range(groups):
        pixels = x[..., g * per:(g + 1) * per]
        kernels = filters[g * per:(g + 1) * per].astype(wide)
        for a in range(fh):
            for b in range(fw):
                place = full[:, a * dh:a * dh + (h - 1) * sh + 1:sh, b * dw:b * dw + (w - 1) * sw + 1:sw]
                place[..., g * c:(g + 1) * c] += pixels @ kernels[:, a, b]
    cut = full[:, top:full.shape[1] - bottom, left:full.shape[2] - right]
    out = np.pad(cut, ((0, 0), (0, oph), (0, opw), (0, 0)))
    if bias is not None:
        out = out + given[2].astype(wide)
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
