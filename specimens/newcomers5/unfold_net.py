"""
LeNet-ish net for CIFAR where every layer is written by hand on top of nn.Module.
(I wanted to see what F.conv2d does, so: im2col with F.unfold and a matmul.)
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class UnfoldConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)
        self.stride = stride
        self.padding = padding
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_channels))
        else:
            self.register_parameter("bias", None)
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))

    def forward(self, x):
        n, c, h, w = x.shape
        kh, kw = self.kernel_size
        cols = F.unfold(x, self.kernel_size, padding=self.padding, stride=self.stride)   # (N, C*kh*kw, L)
        flat = self.weight.reshape(self.out_channels, -1)
        out = flat @ cols
        if self.bias is not None:
            out = out + self.bias[:, None]
        oh = (h + 2 * self.padding - kh) // self.stride + 1
        ow = (w + 2 * self.padding - kw) // self.stride + 1
        return out.reshape(n, self.out_channels, oh, ow)


class UnfoldMaxPool2d(nn.Module):
    def __init__(self, kernel_size, stride=None):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size

    def forward(self, x):
        windows = x.unfold(2, self.kernel_size, self.stride).unfold(3, self.kernel_size, self.stride)
        return windows.amax(dim=(-1, -2))


class HandLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        k = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-k, k))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-k, k))

    def forward(self, x):
        return torch.einsum("ni,oi->no", x, self.weight) + self.bias


class HandReLU(nn.Module):
    def forward(self, x):
        return x.clamp(min=0)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            UnfoldConv2d(3, 6, 5), HandReLU(), UnfoldMaxPool2d(2),
            UnfoldConv2d(6, 16, 5), HandReLU(), UnfoldMaxPool2d(2),
        )
        self.classifier = nn.Sequential(HandLinear(16 * 5 * 5, 120), HandReLU(), HandLinear(120, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


if __name__ == "__main__":
    print(Net()(torch.randn(2, 3, 32, 32)).shape)
