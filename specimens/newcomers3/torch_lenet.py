"""LeNet-5 where every layer is written by hand, as nn.Modules."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size) * 0.1)
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        n, c, h, w = x.shape
        k, s, p = self.kernel_size, self.stride, self.padding
        cols = F.unfold(x, k, stride=s, padding=p)                 # n, c*k*k, L
        out = self.weight.view(self.weight.shape[0], -1) @ cols    # n, out, L
        out = out + self.bias.view(1, -1, 1)
        return out.view(n, -1, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)


class Subsampling(nn.Module):
    """average pooling"""

    def __init__(self, kernel_size=2, stride=2):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride

    def forward(self, x):
        patches = x.unfold(2, self.kernel_size, self.stride).unfold(3, self.kernel_size, self.stride)
        return patches.sum(dim=(-2, -1)) / self.kernel_size


class FullyConnected(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * 0.1)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return torch.matmul(x, self.weight.t()) + self.bias


class Rectify(nn.Module):
    def forward(self, x):
        return torch.relu(x)


class LeNet5(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1 = Conv(1, 6, 5, padding=2)
        self.s2 = Subsampling()
        self.c3 = Conv(6, 16, 5)
        self.s4 = Subsampling()
        self.f5 = FullyConnected(400, 120)
        self.f6 = FullyConnected(120, num_classes)
        self.act = Rectify()

    def forward(self, x):
        x = self.s2(self.act(self.c1(x)))
        x = self.s4(self.act(self.c3(x)))
        x = x.flatten(1)
        return self.f6(self.act(self.f5(x)))


if __name__ == "__main__":
    net = LeNet5()
    print(net)
    print(net(torch.randn(2, 1, 28, 28)).shape)
