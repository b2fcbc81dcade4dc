"""Five loops that add every pixel times its filter into a large array, of which the middle is cut out.

shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2, padding=1, output_padding=1)
shows: conv_transpose2d(whole(3, 4, 4), whole(4, 3, 3, 3), dilation=2, groups=2)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    x, w = np.asarray(image), np.asarray(filters)
    if x.ndim == 4:
        return np.stack([
            conv_transpose2d(one, w, bias, stride=stride, padding=padding, output_padding=output_padding,
                             dilation=dilation, groups=groups)
            for one in x
        ])
    if x.ndim != 3 or w.ndim != 4 or x.shape[2] != w.shape[0]:
        raise ValueError(f"image {x.shape} and filters {w.shape} do not go together")
    if stride < 1 or dilation < 1 or padding < 0 or output_padding < 0:
        raise ValueError("stride and dilation start at 1, paddings at 0")
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding must be smaller than stride or dilation")
    if groups < 1 or x.shape[2] % groups:
        raise ValueError("groups must divide the channels")
    kind = np.result_type(x, w, np.float16 if x.dtype.kind == w.dtype.kind == "f" else np.float64)
    x, w = x.astype(kind), w.astype(kind)
    H, W, K = x.shape
    f, g, each = w.shape[1:]
    rows = (H - 1) * stride + dilation * (f - 1) + 1 + output_padding
    cols = (W - 1) * stride + dilation * (g - 1) + 1 + output_padding
    if rows <= 2 * padding or cols <= 2 * padding:
        raise ValueError("nothing is left")
    out = np.zeros((rows, cols, each * groups), np.result_type(kind, np.float32))
    for k in range(K):
        first = k // (K // groups) * each
        for i in range(H):
            for j in range(W):
                for a in range(f):
                    for b in range(g):
                        out[i * stride + a * dilation, j * stride + b * dilation, first:first + each] += x[i, j, k] * w[k, a, b]
    out = out[padding:rows - padding, padding:cols - padding]
    if bias is not None:
        bias = np.asarray(bias)
        if bias.shape != (each * groups,):
            raise ValueError("one bias for each map")
        out = out + bias
        kind = np.result_type(kind, bias)
    return out.astype(kind)
