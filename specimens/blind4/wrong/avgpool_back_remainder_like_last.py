"""Where windows lie side by side the gradient is repeated and then extended to the size of the maps by its last row and column: what no window holds should get nothing.

apart: forward passes only are known to calls.py; see verify.py
says: remain|rest|left over|leftover|(no|outside (of )?(the|every|all|any)?) ?windows?|(belong|held|reach|seen|cover)[^.]*window|window[^.]*(none|never|not )|last (rows?|columns?)|(rows?|columns?)[^.]*(last|should be 0|not 0|beyond|behind|end)|size (does not|divid)|multiple|divi[^.]*(size|stride)|edge|repeat
"""
import numpy as np


def _two(option):
    return (option, option) if np.ndim(option) == 0 else tuple(option)


def _spans(length, size, stride, pad, ceil_mode):
    room = length + 2 * pad - size
    count = room // stride + 1
    if ceil_mode and room % stride and count * stride < length + pad:
        count += 1
    for i in range(count):
        first = i * stride - pad
        yield first, first + size


def avg_pool2d_backward(grad, maps, size=2, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True):
    grad, maps = np.asarray(grad), np.asarray(maps)
    grad = grad if grad.dtype.kind == "f" else grad.astype(float)
    maps = maps if maps.dtype.kind == "f" else maps.astype(float)
    out_type = np.result_type(grad, maps)
    wide = np.result_type(out_type, np.float32)
    (fh, fw), (ph, pw) = _two(size), _two(padding)
    sh, sw = (fh, fw) if stride is None else _two(stride)
    h, w = maps.shape[-3:-1]

    if (sh, sw) == (fh, fw) and not (ph or pw or ceil_mode):
        # no overlaps: every element of grad fills a tile of its own
        tiles = np.repeat(np.repeat(grad.astype(wide) / (fh * fw), fh, axis=-3), fw, axis=-2)
        below, beside = h - tiles.shape[-3], w - tiles.shape[-2]
        lead = [(0, 0)] * (maps.ndim - 3)
        return np.pad(tiles, [*lead, (0, below), (0, beside), (0, 0)], mode="edge").astype(out_type)

    dx = np.zeros(maps.shape, wide)
    for i, (r0, r1) in enumerate(_spans(h, fh, sh, ph, ceil_mode)):
        for j, (c0, c1) in enumerate(_spans(w, fw, sw, pw, ceil_mode)):
            if count_include_pad:
                area = (min(r1, h + ph) - r0) * (min(c1, w + pw) - c0)
            else:
                area = (min(r1, h) - max(r0, 0)) * (min(c1, w) - max(c0, 0))
            share = grad[..., i, j, :].astype(wide) / area
            dx[..., max(r0, 0):r1, max(c0, 0):c1, :] += share[..., None, None, :]
    return dx.astype(out_type)
