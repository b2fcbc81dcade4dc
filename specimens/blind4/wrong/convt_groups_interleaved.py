"""The maps of the groups come out shuffled into each other: the first map of every group, then the second of every group.

says: maps?[^.]*(order|interleav|shuffl|permut|turn|wrong place|exchang|swap|deal|alternat)|groups?[^.]*(order|interleav|shuffl|permut|turn|deal|alternat|wrong|exchang|swap|transpos)
shows: conv_transpose2d(np.arange(1.0, 9).reshape(2, 2, 2), np.arange(1.0, 5).reshape(2, 1, 1, 2), groups=2)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    arrays = [np.asarray(a) for a in (image, filters) + (() if bias is None else (bias,))]
    arrays = [a.astype(np.float64) if a.dtype.kind in "biu" else a for a in arrays]
    image, filters = arrays[:2]
    out_dtype = np.result_type(*arrays)
    work = np.result_type(out_dtype, np.float32)
    x = image.reshape((-1,) + image.shape[-3:]).astype(work) if image.size else np.zeros(
        (len(image),) + image.shape[1:], work)
    K, fh, fw, C = filters.shape
    w = filters.reshape(groups, K // groups, fh, fw, C).astype(work)

    def both(v):
        return (v, v) if np.ndim(v) == 0 else (v[0], v[1])

    sy, sx = both(stride)
    dy, dx = both(dilation)
    ey, ex = both(output_padding)
    py, px = both(padding)
    (top, bottom), (left, right) = both(py), both(px)
    N, H, W, _ = x.shape
    x = x.reshape(N, H, W, groups, K // groups)
    height = (H - 1) * sy + dy * (fh - 1) + 1 + ey
    width = (W - 1) * sx + dx * (fw - 1) + 1 + ex
    y = np.zeros((N, height, width, groups, C), work)
    for i in range(H):
        for j in range(W):
            patch = np.einsum("ngk,gkabc->nabgc", x[:, i, j], w)
            y[:, i * sy:i * sy + dy * (fh - 1) + 1:dy, j * sx:j * sx + dx * (fw - 1) + 1:dx] += patch
    y = y.swapaxes(3, 4).reshape(N, height, width, groups * C)
    y = y[:, top:height - bottom, left:width - right]
    if bias is not None:
        y = y + arrays[2].astype(work)
    y = y.astype(out_dtype)
    return y if image.ndim == 4 else y[0]
