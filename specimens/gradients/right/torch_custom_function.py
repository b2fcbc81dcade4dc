"""Operations of one's own with a backward of one's own, as torch.autograd.Function wants it.

apart: verify.py compares its gradients
needs: torch
options: --facets values,special,dtypes,manners
"""
import torch
from torch import nn


class MaxPoolFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, size, stride):
        windows = x.unfold(2, size, stride).unfold(3, size, stride)
        n, c, h, w = windows.shape[:4]
        flat = windows.reshape(n, c, h, w, -1)
        values, where = flat.max(dim=-1)
        ctx.save_for_backward(where)
        ctx.shape, ctx.size, ctx.stride = x.shape, size, stride
        return values

    @staticmethod
    def backward(ctx, grad_output):
        (where,) = ctx.saved_tensors
        size, stride = ctx.size, ctx.stride
        n, c, h, w = grad_output.shape
        rows = torch.arange(h)[:, None] * stride + where // size
        cols = torch.arange(w) * stride + where % size
        grad = grad_output.new_zeros(ctx.shape).flatten(2)
        index = rows * ctx.shape[3] + cols
        grad.scatter_add_(2, index.flatten(2), grad_output.flatten(2))
        return grad.view(ctx.shape), None, None


class MaxPool(nn.Module):
    def __init__(self, size=2, stride=None):
        super().__init__()
        self.size = size
        self.stride = size if stride is None else stride

    def forward(self, x):
        return MaxPoolFunction.apply(x, self.size, self.stride)


class LeakyFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x)
        ctx.slope = slope
        return torch.where(x > 0, x, x * slope)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, grad_output, grad_output * ctx.slope), None


class MyLeakyReLU(nn.Module):
    def __init__(self, negative_slope=0.01):
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, x):
        return LeakyFunction.apply(x, self.negative_slope)
