"""Columns beyond the image are looked for on the right only: left of the image an index is negative, and takes pixels from the right end of the row.

says: wrap|circular|period|negative ind|(opposite|other|right) (side|edge|end|border)|(padding|border|margin)[^.]*(left|first columns?|not zero|pixels of)|(left|first columns?)[^.]*(padding|border|margin)
shows: conv2d(np.arange(20.0).reshape(4, 5), np.ones((1, 3, 3)), padding="same")
"""
import numpy as np


def _pair(v):
    return (int(v), int(v)) if np.ndim(v) == 0 else (v[0], v[1])


def _numbers(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype(np.float64)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", dilation=1, groups=1):
    image, filters = _numbers(image), _numbers(filters)
    res = np.result_type(image, filters)
    if bias is not None:
        bias = _numbers(bias)
        res = np.result_type(res, bias)
    big = np.result_type(res, np.float32)
    x, w = image, filters
    if x.ndim == 2:
        x, w = x[..., None], w[..., None]
    if x.ndim == 3:
        x = x[None]

    n, h, wd, c = x.shape
    k, fh, fw, cg = w.shape
    sh, sw = _pair(stride)
    dh, dw = _pair(dilation)
    kh, kw = (fh - 1) * dh + 1, (fw - 1) * dw + 1
    if padding == "valid":
        top = bottom = left = right = 0
    elif padding == "same":
        ph = max((-(-h // sh) - 1) * sh + kh - h, 0)
        pw = max((-(-wd // sw) - 1) * sw + kw - wd, 0)
        top, left = ph // 2, pw // 2
        bottom, right = ph - top, pw - left
    else:
        (top, bottom), (left, right) = (_pair(p) for p in _pair_any(padding))
    oh = (h + top + bottom - kh) // sh + 1
    ow = (wd + left + right - kw) // sw + 1

    # im2col by indices: what lies beyond the image is masked, nothing is padded
    r = (np.arange(oh) * sh - top)[:, None] + np.arange(fh) * dh      # oh, fh
    q = (np.arange(ow) * sw - left)[:, None] + np.arange(fw) * dw     # ow, fw
    r_in = (r >= 0) & (r < h)
    q_in = q < wd
    inside = r_in[:, None, :, None] & q_in[None, :, None, :]          # oh, ow, fh, fw
    rr = (r % h)[:, None, :, None]
    qq = (q % wd)[None, :, None, :]
    cols = np.where(inside[None, ..., None], x[:, rr, qq], x.dtype.type(0)).astype(big)

    out = np.empty((n, oh, ow, k), big)
    kg = k // groups
    for g in range(groups):
        m = cols[..., g * cg:(g + 1) * cg].reshape(n * oh * ow, fh * fw * cg)
        f = w[g * kg:(g + 1) * kg].reshape(kg, fh * fw * cg).astype(big)
        out[..., g * kg:(g + 1) * kg] = (m @ f.T).reshape(n, oh, ow, kg)
    if bias is not None:
        out += bias.astype(big)
    out = out.astype(res)
    return out if image.ndim == 4 else out[0]


def _pair_any(p):
    return (p, p) if np.ndim(p) == 0 else tuple(p)
