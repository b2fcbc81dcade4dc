"""im2col with fancy indices, behind a wrapper; nothing is refused.

options: --profile article
exit: 1
says: every number tested is right
"""
import numpy as np

def get_im2col_indices(x_shape, fh, fw, stride):
    N, C, H, W = x_shape
    oh, ow = (H - fh) // stride + 1, (W - fw) // stride + 1
    i0 = np.tile(np.repeat(np.arange(fh), fw), C)
    i1 = stride * np.repeat(np.arange(oh), ow)
    j0 = np.tile(np.arange(fw), fh * C)
    j1 = stride * np.tile(np.arange(ow), oh)
    i, j = i0.reshape(-1, 1) + i1.reshape(1, -1), j0.reshape(-1, 1) + j1.reshape(1, -1)
    return np.repeat(np.arange(C), fh * fw).reshape(-1, 1), i, j

def conv_im2col(x, w, b, stride):
    N, C, H, W = x.shape
    F, _, fh, fw = w.shape
    k, i, j = get_im2col_indices(x.shape, fh, fw, stride)
    cols = x[:, k, i, j].transpose(1, 2, 0).reshape(fh * fw * C, -1)
    out = w.reshape(F, -1) @ cols + b.reshape(-1, 1)
    return out.reshape(F, (H - fh) // stride + 1, (W - fw) // stride + 1, N).transpose(3, 0, 1, 2)

def conv2d(image, filters, bias=None, *, stride=1):
    x, w = image.transpose(0, 3, 1, 2).astype(float), filters.transpose(0, 3, 1, 2).astype(float)
    b = np.zeros(len(w)) if bias is None else bias
    return conv_im2col(x, w, b, stride).transpose(0, 2, 3, 1)
