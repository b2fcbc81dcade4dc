"""The upsampling layer of a decoder, a PyTorch module around torch's own.

needs: torch
turned: conv_transpose2d = lambda image, filters, bias=None, stride=1: module_call_transposed(m.Up(filters.shape[0], filters.shape[3], filters.shape[1], stride), image, filters, bias)
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2)
"""
import torch
from torch import nn


class Up(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1):
        super().__init__()
        self.stride = stride
        self.weight = nn.Parameter(torch.randn(in_channels, out_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        return nn.functional.conv_transpose2d(x, self.weight, self.bias, stride=self.stride)


CNNSPEC = {"calls": {"conv_transpose2d": "up(image, filters, bias, stride)"}}


def up(image, filters, bias=None, stride=1):
    """Call the module with this suite's arrays."""
    layer = Up(filters.shape[0], filters.shape[3], filters.shape[1], stride)
    layer.weight = nn.Parameter(torch.tensor(filters).permute(0, 3, 1, 2))
    layer.bias = None if bias is None else nn.Parameter(torch.tensor(bias))
    x = torch.tensor(image)
    with torch.no_grad():
        y = layer((x if x.ndim == 4 else x[None]).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    return (y if x.ndim == 4 else y[0]).numpy()
