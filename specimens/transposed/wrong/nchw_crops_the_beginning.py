"""NCHW, weights (in, out, h, w): the padding is cut away at the top and left, twice as much.

says: padding
turned: conv_transpose2d = lambda image, filters, bias=None, stride=1, padding=0: nchw_call(m.conv2d_transpose, image, filters, bias, stride, padding)
shows: conv_transpose2d(whole(2, 3, 4, 2), whole(2, 3, 3, 5), stride=2, padding=1)
"""
import numpy as np


def conv2d_transpose(inputs, weight, bias=None, stride=1, padding=0):
    n, _, h, w = inputs.shape
    _, c, kh, kw = weight.shape
    result = np.zeros((n, c, (h - 1) * stride + kh, (w - 1) * stride + kw))
    for i in range(h):
        for j in range(w):
            for a in range(kh):
                for b in range(kw):
                    result[:, :, i * stride + a, j * stride + b] += inputs[:, :, i, j] @ weight[:, :, a, b]
    if bias is not None:
        result += bias.reshape(1, -1, 1, 1)
    return result[:, :, 2 * padding:, 2 * padding:]
