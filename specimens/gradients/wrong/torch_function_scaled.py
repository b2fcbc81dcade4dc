"""A torch.autograd.Function whose backward forgets the weights' gradient of all rows but the first.

apart: verify.py compares its gradients
needs: torch
says: batch|first|rows|row|sum
"""
import torch
from torch import nn


class LinearFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return x @ weight.t() + bias

    @staticmethod
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        grad_weight = torch.outer(grad_output[0], x[0])
        return grad_output @ weight, grad_weight, grad_output.sum(0)


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return LinearFunction.apply(x, self.weight, self.bias)
