"""A layer whose padding lies below and on the right, all of it.

apart: it is a class
says: below and on the right|bottom|padding
"""
import numpy as np


class Conv2D:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1):
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError("groups must divide the channels")
        if stride < 1 or dilation < 1 or padding < 0:
            raise ValueError("stride, dilation or padding")
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        self.in_channels, self.out_channels = in_channels, out_channels
        self.weight = np.random.randn(out_channels, in_channels // groups, kernel_size, kernel_size)
        self.bias = np.zeros(out_channels)

    def forward(self, x):
        k, cg, f, f2 = self.weight.shape
        p, s, d = self.padding, self.stride, self.dilation
        if x.ndim != 4 or x.shape[1] != cg * self.groups or f != f2 or np.shape(self.bias) != (k,):
            raise ValueError(f"{x.shape} for weights {self.weight.shape}")
        x = np.pad(x, ((0, 0), (0, 0), (0, 2 * p), (0, 2 * p)))
        reach = d * (f - 1) + 1
        if min(x.shape[2:]) < reach:
            raise ValueError("the image is too small")
        windows = np.lib.stride_tricks.sliding_window_view(x, (reach, reach), axis=(2, 3))
        windows = windows[:, :, ::s, ::s, ::d, ::d]
        per = k // self.groups
        parts = [
            np.einsum("ncijab,kcab->nkij", windows[:, g * cg : (g + 1) * cg],
                      self.weight[g * per : (g + 1) * per])
            for g in range(self.groups)
        ]
        return np.concatenate(parts, axis=1) + self.bias[:, None, None]
