"""Four paddings are taken in ONNX's order, both beginnings and then both ends: what is due below is put on the left, and the reverse.

says: padding[^.]*(order|swap|exchang|ONNX|begin|bottom|below|left|transpos|(wrong|other|another) side)|(bottom|below|last rows?)[^.]*left|left[^.]*(bottom|below)
shows: conv2d(np.ones((4, 5)), np.ones((1, 3, 3)), padding=((0, 2), (1, 1)))
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def floats(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "biu" else a


def explicit_pads(padding, hw, kernel, strides, dilations):
    """Return (top, left, bottom, right)."""
    if padding == "valid":
        return 0, 0, 0, 0
    if padding == "same":
        begin, end = [], []
        for size, f, s, d in zip(hw, kernel, strides, dilations):
            n = -(-size // s)
            need = max(0, (n - 1) * s + (f - 1) * d + 1 - size)
            begin.append(need // 2)
            end.append(need - need // 2)
        return *begin, *end
    rows, columns = pair(padding)
    if np.ndim(rows) == 0 and np.ndim(columns) == 0:
        return rows, columns, rows, columns
    top, left, bottom, right = *pair(rows), *pair(columns)
    return top, left, bottom, right


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", dilation=1, groups=1):
    image, filters = floats(image), floats(filters)
    out_type = np.result_type(image, filters) if bias is None else np.result_type(image, filters, floats(bias))
    acc = np.promote_types(out_type, np.float32)
    batched = image.ndim == 4
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[..., None]
    if not batched:
        image = image[None]

    s, d = pair(stride), pair(dilation)
    kernel = filters.shape[1:3]
    t, l, b, r = explicit_pads(padding, image.shape[1:3], kernel, s, d)
    padded = np.pad(image, [(0, 0), (t, b), (l, r), (0, 0)]).astype(acc)
    window = [d[i] * (kernel[i] - 1) + 1 for i in (0, 1)]
    view = sliding_window_view(padded, window, axis=(1, 2))      # N H W C f f
    view = view[:, ::s[0], ::s[1], :, ::d[0], ::d[1]]

    cin, cout = image.shape[3] // groups, filters.shape[0] // groups
    parts = []
    for g in range(groups):
        v = view[:, :, :, g * cin:(g + 1) * cin]
        w = filters[g * cout:(g + 1) * cout].astype(acc)
        parts.append(np.tensordot(v, w, axes=((3, 4, 5), (3, 1, 2))))
    y = np.concatenate(parts, axis=-1)
    if bias is not None:
        y += floats(bias).astype(acc)
    y = y.astype(out_type)
    return y if batched else y[0]
