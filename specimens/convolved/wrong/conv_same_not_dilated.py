"""The border of "same" forgets that a dilated filter is larger.

says: same.*dilat|without the dilation
"""
import numpy as np


def _two(value, least):
    a, b = (value, value) if isinstance(value, (int, np.integer)) else value
    if a < least or b < least:
        raise ValueError(f"at least {least}, not {value}")
    return int(a), int(b)


def conv2d(image, filters, bias=None, stride=1, padding="valid", dilation=1, groups=1):
    image, filters = np.asarray(image), np.asarray(filters)
    gray = image.ndim == 2
    if gray != (filters.ndim == 3):
        raise ValueError("channels in both, or in neither")
    if gray:
        image, filters = image[..., None], filters[..., None]
    single = image.ndim == 3
    x = image[None] if single else image
    n, h, w, c = x.shape
    k, kh, kw, cg = filters.shape
    if kh != kw or kh % 2 == 0:
        raise ValueError(f"square filters of odd size, not {kh}x{kw}")
    if groups < 1 or c % groups or k % groups or cg != c // groups:
        raise ValueError(f"{c} channels, {k} filters of {cg}, {groups} groups")
    sh, sw = _two(stride, 1)
    dh, dw = _two(dilation, 1)
    eh, ew = dh * (kh - 1) + 1, dw * (kw - 1) + 1
    if padding == "valid":
        padding = 0
    if padding == "same":
        if (sh, sw) != (1, 1):
            raise ValueError("same is for stride 1")
        pads = ((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2)
    elif isinstance(padding, str):
        raise ValueError(padding)
    else:
        rows, columns = (padding, padding) if isinstance(padding, (int, np.integer)) else padding
        pads = _two(rows, 0), _two(columns, 0)
    dtype = np.result_type(x, filters, *([] if bias is None else [bias]), np.float16)
    wide = np.result_type(dtype, np.float32)
    x = np.pad(x.astype(wide), ((0, 0), *pads, (0, 0)))
    oh, ow = (x.shape[1] - eh) // sh + 1, (x.shape[2] - ew) // sw + 1
    if x.shape[1] < eh or x.shape[2] < ew:
        raise ValueError("the filter is larger than the image")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("one bias for each filter")
    out = np.zeros((n, oh, ow, k), wide)
    per = k // groups
    for g in range(groups):
        for a in range(kh):
            for b in range(kw):
                seen = x[:, a * dh : a * dh + sh * (oh - 1) + 1 : sh,
                         b * dw : b * dw + sw * (ow - 1) + 1 : sw, g * cg : (g + 1) * cg]
                out[..., g * per : (g + 1) * per] += seen @ filters[g * per : (g + 1) * per, a, b].T.astype(wide)
    if bias is not None:
        out += bias
    out = out.astype(dtype)
    return out[0] if single else out
