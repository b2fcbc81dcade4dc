"""The largest element is found in the dilated window, and the gradient is laid down as if the window were not dilated.

apart: forward passes only are known to calls.py; see verify.py
says: dilat|(undilated|adjacent|contiguous|compact)|gap
"""
import numpy as np


def _pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def _number(length, f, s, p, d, ceil_mode):
    room = length + 2 * p - d * (f - 1) - 1
    number = room // s + 1
    if ceil_mode and room % s and number * s < length + p:
        number += 1
    return number


def max_pool2d_backward(grad, maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    grad, maps = np.asarray(grad), np.asarray(maps)
    grad = grad.astype(np.float64) if grad.dtype.kind in "iub" else grad
    maps = maps.astype(np.float64) if maps.dtype.kind in "iub" else maps
    (fh, fw), (ph, pw), (dh, dw) = _pair(size), _pair(padding), _pair(dilation)
    sh, sw = (fh, fw) if stride is None else _pair(stride)
    x = maps if maps.ndim == 4 else maps[None]
    g = grad if grad.ndim == 4 else grad[None]
    n, h, w, k = x.shape
    oh, ow = _number(h, fh, sh, ph, dh, ceil_mode), _number(w, fw, sw, pw, dw, ceil_mode)
    dx = np.zeros(x.shape, np.result_type(grad, maps, np.float32))
    for image in range(n):
        for i in range(oh):
            rows = [i * sh - ph + a * dh for a in range(fh)]
            for j in range(ow):
                columns = [j * sw - pw + b * dw for b in range(fw)]
                inside = [
                    (a, b) for a, r in enumerate(rows) for b, c in enumerate(columns) if 0 <= r < h and 0 <= c < w
                ]
                seen = np.array([x[image, rows[a], columns[b]] for a, b in inside])
                best = seen.argmax(axis=0)
                for channel in range(k):
                    a, b = inside[best[channel]]
                    row, column = i * sh - ph + a, j * sw - pw + b
                    if 0 <= row < h and 0 <= column < w:
                        dx[image, row, column, channel] += g[image, i, j, channel]
    return dx.reshape(maps.shape).astype(np.result_type(grad, maps))
