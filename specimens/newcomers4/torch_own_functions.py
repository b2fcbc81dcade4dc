# Homework 5: write forward and backward of each layer yourself (no nn.Conv2d!). Checked by gradcheck.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Function


class Conv2dFunction(Function):
    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding):
        n, c, h, w = x.shape
        out_c, _, k, _ = weight.shape
        cols = F.unfold(x, k, stride=stride, padding=padding)          # n, c*k*k, L
        out = weight.view(out_c, -1) @ cols + bias.view(1, -1, 1)
        oh = (h + 2 * padding - k) // stride + 1
        ow = (w + 2 * padding - k) // stride + 1
        ctx.save_for_backward(cols, weight)
        ctx.meta = (x.shape, stride, padding)
        return out.view(n, out_c, oh, ow)

    @staticmethod
    def backward(ctx, grad_output):
        cols, weight = ctx.saved_tensors
        (n, c, h, w), stride, padding = ctx.meta
        out_c, _, k, _ = weight.shape
        g = grad_output.reshape(n, out_c, -1)
        grad_weight = torch.einsum("nol,ncl->oc", g, cols).view_as(weight)
        grad_bias = g.sum(dim=(0, 2))
        grad_cols = weight.view(out_c, -1).t() @ g
        grad_x = F.fold(grad_cols, (h, w), k, stride=stride, padding=padding)
        return grad_x, grad_weight, grad_bias, None, None


class ReLUFunction(Function):
    @staticmethod
    def forward(ctx, x):
        mask = x > 0
        ctx.save_for_backward(mask)
        return torch.where(mask, x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        mask, = ctx.saved_tensors
        return torch.where(mask, grad_output, torch.zeros_like(grad_output))


class LinearFunction(Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return x @ weight.t() + bias

    @staticmethod
    def backward(ctx, grad_output):
        x, weight = ctx.saved_tensors
        return grad_output @ weight, grad_output.t() @ x, grad_output.sum(0)


class CrossEntropyFunction(Function):
    @staticmethod
    def forward(ctx, logits, target):
        logp = logits - logits.logsumexp(1, keepdim=True)
        ctx.save_for_backward(logp, target)
        return -logp.gather(1, target[:, None]).mean()

    @staticmethod
    def backward(ctx, grad_output):
        logp, target = ctx.saved_tensors
        grad = logp.exp()
        grad[torch.arange(len(target)), target] -= 1
        return grad_output * grad / len(target), None


class MyConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.stride, self.padding = stride, padding
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size) * 0.1)
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        return Conv2dFunction.apply(x, self.weight, self.bias, self.stride, self.padding)


class MyReLU(nn.Module):
    def forward(self, x):
        return ReLUFunction.apply(x)


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * 0.1)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return LinearFunction.apply(x, self.weight, self.bias)


class MyCrossEntropyLoss(nn.Module):
    def forward(self, logits, target):
        return CrossEntropyFunction.apply(logits, target)


def train(steps=5):
    torch.manual_seed(0)
    x, y = torch.randn(8, 1, 9, 9), torch.randint(0, 3, (8,))
    net = nn.Sequential(MyConv2d(1, 4, 3, stride=2), MyReLU(), nn.Flatten(), MyLinear(64, 3))
    loss_fn = MyCrossEntropyLoss()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(steps):
        opt.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        opt.step()
        print(step, loss.item())


if __name__ == "__main__":
    args = (torch.randn(2, 2, 5, 6, dtype=torch.double, requires_grad=True),
            torch.randn(3, 2, 3, 3, dtype=torch.double, requires_grad=True),
            torch.randn(3, dtype=torch.double, requires_grad=True), 2, 1)
    print(torch.autograd.gradcheck(Conv2dFunction.apply, args))
    train()
