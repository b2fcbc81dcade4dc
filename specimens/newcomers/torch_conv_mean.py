"""Conv2d as an nn.Module without F.conv2d - an exercise on tensor shapes."""
import torch
from torch import nn


class MyConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.k, self.s, self.p = kernel_size, stride, padding
        self.weight = nn.Parameter(0.1 * torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        x = nn.functional.pad(x, (self.p,) * 4)
        windows = x.unfold(2, self.k, self.s).unfold(3, self.k, self.s)      # N C H' W' k k
        # (N, 1, C, H', W', k, k) * (K, C, 1, 1, k, k)
        products = windows[:, None] * self.weight[:, :, None, None]
        per_channel = products.sum(dim=(-1, -2))                            # N K C H' W'
        return per_channel.mean(dim=2) + self.bias[:, None, None]


class MyMaxPool(nn.Module):
    def __init__(self, size=2):
        super().__init__()
        self.size = size

    def forward(self, x):
        windows = x.unfold(2, self.size, self.size).unfold(3, self.size, self.size)
        return windows.flatten(-2).max(dim=-1).values


if __name__ == "__main__":
    conv = MyConv2d(1, 2, 3)
    ours = conv(torch.ones(1, 1, 5, 5))
    theirs = nn.functional.conv2d(torch.ones(1, 1, 5, 5), conv.weight, conv.bias)
    print("same as torch:", torch.allclose(ours, theirs, atol=1e-5))
