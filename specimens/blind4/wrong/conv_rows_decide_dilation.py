r"""The dilation is looked at only where that of the rows is above 1: with (1, 2) the columns are not dilated.

says: dilat[^.]*(ignor|not used|no influence|without|as if|of the columns?|rows?|\(1, ?\d)|columns?[^.]*(not |un)dilat
shows: conv2d(np.arange(42.0).reshape(6, 7) ** 2, np.arange(9.0).reshape(1, 3, 3), dilation=(1, 2))
"""
import numpy as np


def _two(value):
    return (value, value) if np.ndim(value) == 0 else tuple(value)


def _zeros_around(padding, lengths, reaches, strides):
    if isinstance(padding, str):
        if padding == "valid":
            return (0, 0), (0, 0)
        around = []
        for n, reach, s in zip(lengths, reaches, strides):
            total = max((-(-n // s) - 1) * s + reach - n, 0)
            around.append((total // 2, total - total // 2))
        return tuple(around)
    return tuple(_two(side) for side in _two(padding))


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", dilation=1, groups=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind in "iub":
        image = image.astype(float)
    if filters.dtype.kind in "iub":
        filters = filters.astype(float)
    dtype = np.result_type(image, filters)
    if bias is not None:
        bias = np.asarray(bias)
        dtype = np.result_type(dtype, bias if bias.dtype.kind == "f" else np.float64)
    wide = np.result_type(dtype, np.float32)
    x = image[..., None] if image.ndim == 2 else image
    x = x[None] if x.ndim == 3 else x
    w = filters[..., None] if filters.ndim == 3 else filters

    sh, sw = _two(stride)
    dh, dw = 1, 1
    if _two(dilation)[0] > 1:
        dh, dw = _two(dilation)
    k, fh, fw, per = w.shape
    reach_h, reach_w = dh * (fh - 1) + 1, dw * (fw - 1) + 1
    rows, columns = _zeros_around(padding, x.shape[1:3], (reach_h, reach_w), (sh, sw))
    x = np.pad(x, ((0, 0), rows, columns, (0, 0))).astype(wide)
    n, height, width, _ = x.shape
    oh, ow = (height - reach_h) // sh + 1, (width - reach_w) // sw + 1
    x = x.reshape(n, height, width, groups, per)
    w = w.reshape(groups, k // groups, fh, fw, per).astype(wide)

    out = np.zeros((n, oh, ow, groups, k // groups), wide)
    for a in range(fh):
        for b in range(fw):
            top, left = a * dh, b * dw
            seen = x[:, top:top + sh * (oh - 1) + 1:sh, left:left + sw * (ow - 1) + 1:sw]
            out += np.einsum("nijgc,gkc->nijgk", seen, w[:, :, a, b])
    out = out.reshape(n, oh, ow, k)
    if bias is not None:
        out = out + bias.astype(wide)
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
