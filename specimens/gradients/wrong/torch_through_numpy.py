"""The forward pass goes through NumPy, and the graph ends there: no gradient reaches the image.

apart: verify.py compares its gradients
needs: torch
says: no gradient|graph|detach|None|requires.grad|autograd|not reach
"""
import numpy as np
import torch
from torch import nn


class ConvBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x):
        p, k, s = self.padding, self.kernel_size, self.stride
        image = np.pad(x.detach().numpy(), ((0, 0), (0, 0), (p, p), (p, p)))
        view = np.lib.stride_tricks.sliding_window_view(image, (k, k), (2, 3))[:, :, ::s, ::s]
        columns = torch.from_numpy(view.copy())
        return torch.einsum("nchwab,kcab->nkhw", columns, self.weight) + self.bias[:, None, None]
