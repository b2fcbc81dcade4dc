"""Functions with torch's names and defaults, in NumPy and for NCHW, as somebody ports a network.

apart: its maps have their channels first
"""
import numpy as np


def _pair(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x, x)


def _out(n, k, s, p, d, ceil_mode):
    span = n + 2 * p - d * (k - 1) - 1
    out = (span + (s - 1 if ceil_mode else 0)) // s + 1
    if ceil_mode and (out - 1) * s >= n + p:
        out -= 1
    if out <= 0 or span < 0 and not ceil_mode:
        raise RuntimeError("Output size is too small")
    return out


def _check(input, k, s, p):
    if input.ndim not in (3, 4):
        raise RuntimeError("Expected 3D or 4D input")
    if min(k) < 1 or min(s) < 1:
        raise RuntimeError("kernel size and stride must be greater than zero")
    if min(p) < 0 or p[0] > k[0] // 2 or p[1] > k[1] // 2:
        raise RuntimeError("pad should be at most half of kernel size")


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    k, p, d = _pair(kernel_size), _pair(padding), _pair(dilation)
    s = k if stride is None else _pair(stride)
    _check(input, k, s, p)
    if min(d) < 1:
        raise RuntimeError("dilation must be greater than zero")
    *lead, H, W = input.shape
    oh, ow = _out(H, k[0], s[0], p[0], d[0], ceil_mode), _out(W, k[1], s[1], p[1], d[1], ceil_mode)
    out = np.full((*lead, oh, ow), -np.inf, dtype=np.result_type(input, np.float16))
    for i in range(oh):
        for j in range(ow):
            ys = [y for y in range(i * s[0] - p[0], i * s[0] - p[0] + d[0] * (k[0] - 1) + 1, d[0]) if 0 <= y < H]
            xs = [x for x in range(j * s[1] - p[1], j * s[1] - p[1] + d[1] * (k[1] - 1) + 1, d[1]) if 0 <= x < W]
            out[..., i, j] = input[..., ys, :][..., xs].max(axis=(-2, -1))
    return out


def avg_pool2d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    k, p = _pair(kernel_size), _pair(padding)
    s = k if stride is None else _pair(stride)
    _check(input, k, s, p)
    *lead, H, W = input.shape
    oh, ow = _out(H, k[0], s[0], p[0], 1, ceil_mode), _out(W, k[1], s[1], p[1], 1, ceil_mode)
    out = np.zeros((*lead, oh, ow), dtype=np.result_type(input, np.float16))
    for i in range(oh):
        for j in range(ow):
            y0, x0 = i * s[0] - p[0], j * s[1] - p[1]
            y1, x1 = min(y0 + k[0], H + p[0]), min(x0 + k[1], W + p[1])
            pool_size = (y1 - y0) * (x1 - x0)
            y0, x0, y1, x1 = max(y0, 0), max(x0, 0), min(y1, H), min(x1, W)
            if not count_include_pad:
                pool_size = (y1 - y0) * (x1 - x0)
            total = input[..., y0:y1, x0:x1].astype(np.float64).sum(axis=(-2, -1))
            out[..., i, j] = total / pool_size
    return out
