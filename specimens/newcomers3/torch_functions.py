"""Each layer is a torch.autograd.Function with its own backward, wrapped by a module."""
import math

import torch
from torch import nn


class ReLUFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


class LinearFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, weight, bias):
        ctx.save_for_backward(input, weight, bias)
        return input.mm(weight.t()) + bias

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        return grad_output.mm(weight), grad_output.t().mm(input), grad_output.sum(0)


class SoftmaxFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        e = torch.exp(input - input.max(dim=1, keepdim=True).values)
        p = e / e.sum(dim=1, keepdim=True)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, grad_output):
        (p,) = ctx.saved_tensors
        return p * (grad_output - (grad_output * p).sum(dim=1, keepdim=True))


class MyReLU(nn.Module):
    def forward(self, x):
        return ReLUFunction.apply(x)


class MySoftmax(nn.Module):
    def forward(self, x):
        return SoftmaxFunction.apply(x)


class MyLinear(nn.Module):
    def __init__(self, input_features, output_features):
        super().__init__()
        self.input_features = input_features
        self.output_features = output_features
        self.weight = nn.Parameter(torch.empty(output_features, input_features))
        self.bias = nn.Parameter(torch.empty(output_features))
        self.reset_parameters()

    def reset_parameters(self):
        bound = 1 / math.sqrt(self.input_features)
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        return LinearFunction.apply(input, self.weight, self.bias)

    def extra_repr(self):
        return f"{self.input_features}, {self.output_features}"


class MLP(nn.Module):
    def __init__(self, sizes=(20, 32, 5)):
        super().__init__()
        self.fc1 = MyLinear(sizes[0], sizes[1])
        self.act = MyReLU()
        self.fc2 = MyLinear(sizes[1], sizes[2])
        self.out = MySoftmax()

    def forward(self, x):
        return self.out(self.fc2(self.act(self.fc1(x))))


if __name__ == "__main__":
    torch.manual_seed(0)
    x = torch.randn(6, 20, dtype=torch.double, requires_grad=True)
    net = MLP().double()
    print(torch.autograd.gradcheck(net, (x,)))
