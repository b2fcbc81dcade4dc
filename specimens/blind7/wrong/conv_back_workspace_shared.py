"""The cache holds a workspace, which the next forward call of that shape writes over.

apart: verify.py compares it
says: (earlier|later|next|last|previous|other|another) (forward )?call|workspace|buffer|kept|stale|forward
never: rotated
"""
import numpy as np

_workspace = {}


def conv_forward(x, w, b, conv_param):
    """x (N, C, H, W), w (F, C, HH, WW), b (F,); conv_param has "stride" and "pad"."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    n, c, h, width = x.shape
    f, _, hh, ww = w.shape
    oh, ow = (h + 2 * pad - hh) // stride + 1, (width + 2 * pad - ww) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    key = (n, oh, ow, c, hh, ww)
    if key not in _workspace:
        _workspace[key] = np.empty(key)
    cols = _workspace[key]
    for i in range(oh):
        for j in range(ow):
            cols[:, i, j] = padded[:, :, i * stride : i * stride + hh, j * stride : j * stride + ww]
    out = np.tensordot(cols, w, axes=((3, 4, 5), (1, 2, 3))) + b
    return out.transpose(0, 3, 1, 2), (x.shape, cols, w, conv_param)


def conv_backward(dout, cache):
    (n, c, h, width), cols, w, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    hh, ww = w.shape[2:]
    g = dout.transpose(0, 2, 3, 1)
    dw = np.tensordot(g, cols, axes=((0, 1, 2), (0, 1, 2)))
    db = dout.sum(axis=(0, 2, 3))
    dcols = np.tensordot(g, w, axes=1)
    dx = np.zeros((n, c, h + 2 * pad, width + 2 * pad))
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            rows, columns = i * stride, j * stride
            dx[:, :, rows : rows + hh, columns : columns + ww] += dcols[:, i, j]
    return dx[:, :, pad : pad + h, pad : pad + width], dw, db
