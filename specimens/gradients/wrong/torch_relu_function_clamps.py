"""An autograd Function of ReLU that masks by the gradient.

apart: verify.py compares its gradients
needs: torch
says: sign|negative|incoming|below 0
"""
import torch
from torch import nn


class ReluFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[grad_input < 0] = 0
        grad_input[input <= 0] = 0
        return grad_input


class Relu(nn.Module):
    def forward(self, x):
        return ReluFunction.apply(x)
