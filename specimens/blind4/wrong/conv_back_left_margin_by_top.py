"""The margin is cut off the gradient of the image by the number of rows above on both axes: where there are more or fewer columns on the left it is shifted.

apart: forward passes only are known to calls.py; see verify.py
says: (left|columns?)[^.]*(margin|padding|crop|cut|top|above|rows|shift|border)|(margin|padding|crop|border|cut)[^.]*(left|columns?|top|above|rows|both axes|each axis|shift|remov|wrong|differ)|shift
"""
import numpy as np


def two(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def real(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid", dilation=1, groups=1):
    grad, image, filters = real(grad), real(image), real(filters)
    x = image[..., None] if image.ndim == 2 else image
    x = x if x.ndim == 4 else x[None]
    w = filters[..., None] if filters.ndim == 3 else filters
    g = grad if grad.ndim == 4 else grad[None]
    wide = np.result_type(grad, image, filters, np.float32)
    n, h, wd, c = x.shape
    k, fh, fw, cg = w.shape
    _, oh, ow, _ = g.shape
    (sh, sw), (dh, dw) = two(stride), two(dilation)
    if padding == "valid":
        pads = (0, 0), (0, 0)
    elif padding == "same":
        pads = []
        for length, f, s, d in ((h, fh, sh, dh), (wd, fw, sw, dw)):
            total = max((-(-length // s) - 1) * s + d * (f - 1) + 1 - length, 0)
            pads.append((total // 2, total - total // 2))
    else:
        pads = [two(p) for p in two(padding)]
    (top, bottom), (left, right) = pads

    xp = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0))).astype(wide)
    xp = xp.reshape(n, h + top + bottom, wd + left + right, groups, cg)
    gg = g.astype(wide).reshape(n, oh, ow, groups, k // groups)
    ww = w.astype(wide).reshape(groups, k // groups, fh, fw, cg)
    dxp, dww = np.zeros_like(xp), np.zeros_like(ww)
    for a in range(fh):
        for b in range(fw):
            rows = slice(a * dh, a * dh + (oh - 1) * sh + 1, sh)
            cols = slice(b * dw, b * dw + (ow - 1) * sw + 1, sw)
            dww[:, :, a, b] = np.einsum("nijgk,nijgc->gkc", gg, xp[:, rows, cols])
            dxp[:, rows, cols] += np.einsum("nijgk,gkc->nijgc", gg, ww[:, :, a, b])
    dx = dxp.reshape(n, h + top + bottom, wd + left + right, c)
    dx = dx[:, top:top + h, top:top + wd]
    if image.ndim < 4:
        dx = dx[0]
    if image.ndim == 2:
        dx = dx[..., 0]
    return (
        dx.astype(np.result_type(grad, filters)),
        dww.reshape(filters.shape).astype(np.result_type(grad, image)),
        g.sum(axis=(0, 1, 2), dtype=np.result_type(grad, np.float32)).astype(grad.dtype),
    )
