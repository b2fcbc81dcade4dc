"""The bias's gradient is summed over the images only: one number for every place of a map.

apart: verify.py compares its gradients
says: bias.*(shape|position|place|axes|axis|row|sum)|position|per map|each map|(shape|position|place).*bias
"""
import numpy as np


class Conv2D:
    def __init__(self, kernels, size, channels, stride=1, padding=0):
        self.params = {"W": np.random.randn(size, size, channels, kernels), "b": np.zeros(kernels)}
        self.gradients = {}
        self.stride, self.padding = stride, padding

    def forward_pass(self, X):
        p = self.padding
        self.X = np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)))
        f, s = self.params["W"].shape[0], self.stride
        oh, ow = (self.X.shape[1] - f) // s + 1, (self.X.shape[2] - f) // s + 1
        out = np.zeros((len(X), oh, ow, self.params["W"].shape[-1]))
        for i in range(oh):
            for j in range(ow):
                out[:, i, j] = np.tensordot(self.X[:, i * s:i * s + f, j * s:j * s + f], self.params["W"], 3)
        return out + self.params["b"]

    def backward_pass(self, grad):
        W, f, s, p = self.params["W"], self.params["W"].shape[0], self.stride, self.padding
        dX, dW = np.zeros(self.X.shape), np.zeros(W.shape)
        for i in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                ys, xs = slice(i * s, i * s + f), slice(j * s, j * s + f)
                dW += np.einsum("nabc,nk->abck", self.X[:, ys, xs], grad[:, i, j])
                dX[:, ys, xs] += np.einsum("nk,abck->nabc", grad[:, i, j], W)
        self.gradients["W"] = dW
        self.gradients["b"] = np.sum(grad, axis=0)
        return dX[:, p:dX.shape[1] - p, p:dX.shape[2] - p]
