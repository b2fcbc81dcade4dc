"""Parameters have .data and .grad, which adds up until zero_grad is called, as torch does it.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class Module:
    def parameters(self):
        return [v for v in self.__dict__.values() if isinstance(v, Parameter)]

    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)


class Linear(Module):
    def __init__(self, in_features, out_features):
        k = 1 / np.sqrt(in_features)
        self.weight = Parameter(np.random.uniform(-k, k, (out_features, in_features)))
        self.bias = Parameter(np.random.uniform(-k, k, out_features))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, grad_output):
        self.weight.grad += grad_output.T @ self.x
        self.bias.grad += grad_output.sum(0)
        return grad_output @ self.weight.data


class Conv2d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.weight = Parameter(np.random.randn(out_channels, in_channels, kernel_size, kernel_size) * .1)
        self.bias = Parameter(np.zeros(out_channels))
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x):
        p, k, s = self.padding, self.kernel_size, self.stride
        self.x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        self.view = np.lib.stride_tricks.sliding_window_view(self.x, (k, k), (2, 3))[:, :, ::s, ::s]
        return np.einsum('nchwij,kcij->nkhw', self.view, self.weight.data) + self.bias.data.reshape(1, -1, 1, 1)

    def backward(self, grad_output):
        self.weight.grad += np.einsum('nkhw,nchwij->kcij', grad_output, self.view)
        self.bias.grad += grad_output.sum((0, 2, 3))
        p, k, s = self.padding, self.kernel_size, self.stride
        gx = np.zeros_like(self.x, dtype=float)
        oh, ow = grad_output.shape[2:]
        for i in range(k):
            for j in range(k):
                gx[:, :, i:i + s * (oh - 1) + 1:s, j:j + s * (ow - 1) + 1:s] += np.einsum(
                    'nkhw,kc->nchw', grad_output, self.weight.data[:, :, i, j])
        return gx[:, :, p:gx.shape[2] - p, p:gx.shape[3] - p]
