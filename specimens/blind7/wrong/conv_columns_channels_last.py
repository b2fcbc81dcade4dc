"""im2col keeps patches as (row, column, channel); the filters are flattened as (channel, row, column).

apart: verify.py compares it
says: flatten|reshap|channels (come )?(first|last)|order of (the )?(axes|channels|filters)|(K, )?C, f, f|axes
never: rotated|transposed|averaged
"""
import numpy as np


class Conv2D:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        k = kernel_size
        self.stride, self.padding = stride, padding
        self.weight = np.random.randn(out_channels, in_channels, k, k) * 0.1
        self.bias = np.zeros(out_channels)

    def forward(self, x):
        n, c, h, w = x.shape
        out_c, _, kh, kw = self.weight.shape
        p, s = self.padding, self.stride
        x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        oh, ow = (h + 2 * p - kh) // s + 1, (w + 2 * p - kw) // s + 1
        rows = []
        for image in x:
            for i in range(oh):
                for j in range(ow):
                    patch = image[:, i * s : i * s + kh, j * s : j * s + kw]
                    rows.append(patch.transpose(1, 2, 0).ravel())
        cols = np.array(rows).reshape(-1, c * kh * kw)
        out = cols @ self.weight.reshape(out_c, -1).T.astype(float) + self.bias
        return out.reshape(n, oh, ow, out_c).transpose(0, 3, 1, 2)
