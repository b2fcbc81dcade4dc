"""weight.grad is set anew in the loop over the images: that of the last one is left.

apart: verify.py compares its gradients
says: last|batch|images|assign|overwrit|sum|only
"""
import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.weight = Parameter(np.random.randn(out_channels, in_channels, kernel_size, kernel_size) * .1)
        self.bias = Parameter(np.zeros(out_channels))
        self.k, self.s, self.p = kernel_size, stride, padding

    def zero_grad(self):
        self.weight.grad = np.zeros_like(self.weight.data)
        self.bias.grad = np.zeros_like(self.bias.data)

    def forward(self, x):
        k, s, p = self.k, self.s, self.p
        self.shape = x.shape
        self.x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        self.win = np.lib.stride_tricks.sliding_window_view(self.x, (k, k), (2, 3))[:, :, ::s, ::s]
        return np.einsum('nchwij,kcij->nkhw', self.win, self.weight.data) + self.bias.data.reshape(1, -1, 1, 1)

    def backward(self, grad_output):
        k, s, p = self.k, self.s, self.p
        gx = np.zeros(self.x.shape)
        for n in range(len(grad_output)):
            self.weight.grad = np.einsum('khw,chwij->kcij', grad_output[n], self.win[n])
            self.bias.grad += grad_output[n].sum(axis=(1, 2))
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    gx[n, :, i * s:i * s + k, j * s:j * s + k] += np.tensordot(
                        grad_output[n, :, i, j], self.weight.data, 1)
        return gx[:, :, p:p + self.shape[2], p:p + self.shape[3]]
