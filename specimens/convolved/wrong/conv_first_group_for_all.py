"""Channels first; a pointer to the channels that is never moved to the next group.

apart: its arguments have another order
says: group
"""
import numpy as np


def conv2d(image, kernels, bias=None, strides=(1, 1), pads=(0, 0, 0, 0), dilations=(1, 1), group=1):
    n, c, h, w = image.shape
    k, cg, f, g = kernels.shape
    t, l, b, r = pads
    if min(pads) < 0 or min(strides) < 1 or min(dilations) < 1:
        raise ValueError("pads, strides or dilations")
    if group < 1 or c != cg * group or k % group:
        raise ValueError("channels and groups")
    if bias is not None and bias.shape != (k,):
        raise ValueError("bias")
    x = np.pad(image, ((0, 0), (0, 0), (t, b), (l, r)))
    sh, sw = strides
    dh, dw = dilations
    rows = (x.shape[2] - dh * (f - 1) - 1) // sh + 1
    columns = (x.shape[3] - dw * (g - 1) - 1) // sw + 1
    if rows < 1 or columns < 1:
        raise ValueError("no window fits")
    x = x.astype(np.result_type(x, kernels, np.float32))
    out = np.zeros((n, k, rows, columns), x.dtype)
    for m in range(k):
        first = 0
        for i in range(rows):
            for j in range(columns):
                down = slice(i * sh, i * sh + dh * (f - 1) + 1, dh)
                across = slice(j * sw, j * sw + dw * (g - 1) + 1, dw)
                window = x[:, first : first + cg, down, across]
                out[:, m, i, j] = (window * kernels[m]).sum(axis=(1, 2, 3))
    if bias is not None:
        out = out + bias[None, :, None, None]
    return out.astype(np.result_type(image, kernels, np.float16))
