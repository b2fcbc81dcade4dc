"""backward counts its windows from the input, as if the stride were 1.

apart: verify.py compares its gradients
says: stride|IndexError|out of bounds|index
"""
import numpy as np


class ConvolutionLayer:
    def __init__(self, kernels, stride=1):
        self.kernels = kernels  # (K, f, f, C)
        self.stride = stride

    def forward(self, x):
        self.x = x
        K, f, _, C = self.kernels.shape
        s = self.stride
        out = np.zeros((x.shape[0], (x.shape[1] - f) // s + 1, (x.shape[2] - f) // s + 1, K))
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                out[:, i, j] = np.einsum('nabc,kabc->nk', x[:, i * s:i * s + f, j * s:j * s + f], self.kernels)
        return out

    def backward(self, grad):
        K, f, _, C = self.kernels.shape
        s = self.stride
        self.grad_kernels = np.zeros(self.kernels.shape)
        grad_x = np.zeros(self.x.shape)
        for i in range(self.x.shape[1] - f + 1):
            for j in range(self.x.shape[2] - f + 1):
                g = grad[:, i, j]
                self.grad_kernels += np.einsum('nk,nabc->kabc', g, self.x[:, i * s:i * s + f, j * s:j * s + f])
                grad_x[:, i * s:i * s + f, j * s:j * s + f] += np.einsum('nk,kabc->nabc', g, self.kernels)
        return grad_x
