"""torch's own modules, bound by name.

apart: it needs PyTorch, and its channels come first
"""
import torch
from torch import nn


class MaxPool(nn.Module):
    def __init__(self, kernel_size=2, stride=None, padding=0, dilation=1, ceil_mode=False):
        super().__init__()
        self.pool = nn.MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)

    def forward(self, x):
        return self.pool(x)


class AvgPool(nn.Module):
    def __init__(self, kernel_size=2, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        super().__init__()
        self.pool = nn.AvgPool2d(kernel_size, stride, padding, ceil_mode, count_include_pad)

    def forward(self, x):
        return self.pool(x)
