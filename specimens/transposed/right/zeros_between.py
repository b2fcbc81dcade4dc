"""Puts zeros between the pixels and around them, and slides the turned filters over that.

exit: 1
says: every number tested is right
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2, padding=1, output_padding=1)
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_transpose2d(image, filters, bias=None, stride=1, padding=0, output_padding=0):
    batch = image if image.ndim == 4 else image[None]
    n, h, w, k = batch.shape
    fh, fw = filters.shape[1:3]
    spread = np.zeros((n, (h - 1) * stride + 1, (w - 1) * stride + 1, k), np.result_type(image, filters))
    spread[:, ::stride, ::stride] = batch
    around = [(fh - 1, fh - 1 + output_padding), (fw - 1, fw - 1 + output_padding)]
    padded = np.pad(spread, [(0, 0), *around, (0, 0)])
    padded = padded[:, padding:padded.shape[1] - padding, padding:padded.shape[2] - padding]
    patches = sliding_window_view(padded, (fh, fw), axis=(1, 2))
    out = np.einsum("nhwkab,kabc->nhwc", patches, filters[:, ::-1, ::-1])
    if bias is not None:
        out = out + bias
    return out if image.ndim == 4 else out[0]
