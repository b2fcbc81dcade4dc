"""My own layers, written with unfold instead of nn.Conv2d / nn.MaxPool2d (to understand them)."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class UnfoldConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))

    def forward(self, x):
        n, _, h, w = x.shape
        k, s, p = self.kernel_size, self.stride, self.padding
        cols = F.unfold(x, k, stride=s, padding=p)                 # (N, C*k*k, L)
        out = self.weight.flatten(1) @ cols                        # (N, K, L)
        if self.bias is not None:
            out = out + self.bias.view(1, -1, 1)
        return out.view(n, -1, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)


class MyReLU(nn.Module):
    def forward(self, x):
        return x.clamp(min=0)


class MyMaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride or kernel_size

    def forward(self, x):
        k, s = self.kernel_size, self.stride
        patches = x.unfold(2, k, s).unfold(3, k, s)
        return patches.amax(dim=(-2, -1))


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / math.sqrt(in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return x @ self.weight.t() + self.bias


if __name__ == "__main__":
    net = nn.Sequential(UnfoldConv2d(1, 8, 3), MyReLU(), MyMaxPool2d(2), nn.Flatten(), MyLinear(8 * 13 * 13, 10))
    print(net(torch.randn(4, 1, 28, 28)).shape)
