import numpy as np


def im2col(x, kh, kw, stride):
    n, c, h, w = x.shape
    oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
    s = x.strides
    view = np.lib.stride_tricks.as_strided(
        x, (n, oh, ow, c, kh, kw), (s[0], s[2] * stride, s[3] * stride, s[1], s[2], s[3]), writeable=False)
    return view.reshape(n * oh * ow, c * kh * kw), oh, ow


def col2im(cols, shape, kh, kw, stride, oh, ow):
    n, c, h, w = shape
    cols = cols.reshape(n, oh, ow, c, kh, kw)
    x = np.zeros(shape, cols.dtype)
    for i in range(kh):
        for j in range(kw):
            x[:, :, i:i + stride * oh:stride, j:j + stride * ow:stride] += cols[..., i, j].transpose(0, 3, 1, 2)
    return x
