import numpy as np


def out_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


def im2col(x, kernel, stride, padding):
    """(N, C, H, W) -> (N * oh * ow, C * kernel * kernel)"""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, c, h, w = x.shape
    oh, ow = (h - kernel) // stride + 1, (w - kernel) // stride + 1
    cols = np.empty((n, oh, ow, c, kernel, kernel), dtype=x.dtype)
    for i in range(kernel):
        for j in range(kernel):
            part = x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
            cols[:, :, :, :, i, j] = part.transpose(0, 2, 3, 1)
    return cols.reshape(n * oh * ow, -1)
