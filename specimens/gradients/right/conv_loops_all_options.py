"""Loops over windows, all options of the forward pass, every argument is checked.

apart: verify.py compares its gradients
"""
import numpy as np


def _margins(padding, size, span, stride):
    if padding == "valid":
        return ((0, 0), (0, 0))
    if padding == "same":
        made = []
        for n, s in zip(size, stride):
            total = max(0, (-(-n // s) - 1) * s + span - n)
            made.append((total // 2, total - total // 2))
        return tuple(made)
    if isinstance(padding, str):
        raise ValueError("padding is 'valid', 'same' or numbers")
    if isinstance(padding, (int, np.integer)):
        padding = (padding, padding)
    made = tuple((p, p) if isinstance(p, (int, np.integer)) else tuple(p) for p in padding)
    if len(made) != 2 or any(len(p) != 2 for p in made):
        raise TypeError("padding is a number, a pair, or a pair of pairs")
    if min(min(p) for p in made) < 0:
        raise ValueError("padding is at least 0")
    return made


def _two(value, name):
    if isinstance(value, (float, str, bool)):
        raise TypeError(f"{name} is a whole number or two")
    pair = (value, value) if isinstance(value, (int, np.integer)) else tuple(value)
    if len(pair) != 2 or min(pair) < 1:
        raise ValueError(f"{name} is at least 1")
    return pair


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid", dilation=1, groups=1):
    """Return (grad_image, grad_filters, grad_bias) of a convolution layer."""
    grad, image, filters = np.asarray(grad), np.asarray(image), np.asarray(filters)
    for array in (grad, image, filters):
        if array.dtype.kind not in "fiub":
            raise TypeError("real numbers only")
    dtype = np.result_type(grad, image, filters)
    if dtype.kind != "f":
        dtype = np.dtype(np.float64)
    stride, dilation = _two(stride, "stride"), _two(dilation, "dilation")
    if image.ndim == 2:
        if filters.ndim != 3:
            raise ValueError("gray filters are (K, f, f)")
        gi, gf, gb = conv2d_backward(
            grad[np.newaxis], image[np.newaxis, :, :, np.newaxis], filters[..., np.newaxis],
            stride=stride, padding=padding, dilation=dilation, groups=groups)
        return gi[0, :, :, 0], gf[..., 0], gb
    if image.ndim == 3:
        gi, gf, gb = conv2d_backward(
            grad[np.newaxis], image[np.newaxis], filters,
            stride=stride, padding=padding, dilation=dilation, groups=groups)
        return gi[0], gf, gb
    if image.ndim != 4 or filters.ndim != 4:
        raise ValueError("image (N, H, W, C) and filters (K, f, f, C)")
    n, h, w, c = image.shape
    k, f, f2, depth = filters.shape
    if f != f2 or f % 2 == 0:
        raise ValueError("filters are square and odd")
    if groups < 1 or c % groups or k % groups or depth * groups != c:
        raise ValueError("channels, filters and groups do not go together")
    span = dilation[0] * (f - 1) + 1, dilation[1] * (f - 1) + 1
    (top, bottom), (left, right) = (
        _margins(padding, (h, w), span[0], stride)[0], _margins(padding, (h, w), span[1], stride)[1])
    wide = np.pad(image.astype(np.float64), ((0, 0), (top, bottom), (left, right), (0, 0)))
    if wide.shape[1] < span[0] or wide.shape[2] < span[1]:
        raise ValueError("the filters do not fit into the image")
    rows = (wide.shape[1] - span[0]) // stride[0] + 1
    cols = (wide.shape[2] - span[1]) // stride[1] + 1
    if grad.shape != (n, rows, cols, k):
        raise ValueError(f"grad is {grad.shape}, the maps are {(n, rows, cols, k)}")
    grad_wide, grad_filters = np.zeros(wide.shape), np.zeros(filters.shape)
    g, weights = grad.astype(np.float64), filters.astype(np.float64)
    per = k // groups
    for i in range(rows):
        for j in range(cols):
            ys = slice(i * stride[0], i * stride[0] + span[0], dilation[0])
            xs = slice(j * stride[1], j * stride[1] + span[1], dilation[1])
            for m in range(groups):
                ks, cs = slice(m * per, m * per + per), slice(m * depth, m * depth + depth)
                grad_filters[ks] += np.tensordot(g[:, i, j, ks], wide[:, ys, xs, cs], (0, 0))
                grad_wide[:, ys, xs, cs] += np.tensordot(g[:, i, j, ks], weights[ks], (1, 0))
    grad_image = grad_wide[:, top:top + h, left:left + w]
    return grad_image.astype(dtype), grad_filters.astype(dtype), g.sum((0, 1, 2)).astype(dtype)
