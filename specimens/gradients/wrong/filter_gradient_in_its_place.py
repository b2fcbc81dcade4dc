"""backward returns the gradient of the filters where the layer below waits for that of the image.

apart: verify.py compares its gradients
says: shape|in (its|the) place|instead|filters' gradient|gradient of the filters
"""
import numpy as np


class Conv:
    def __init__(self, n_filters, size):
        self.size = size
        self.filters = np.random.randn(n_filters, size, size) / size ** 2

    def forward(self, image):
        self.image = image
        f = self.size
        out = np.zeros((image.shape[0] - f + 1, image.shape[1] - f + 1, len(self.filters)))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = (image[i:i + f, j:j + f] * self.filters).sum(axis=(1, 2))
        return out

    def backward(self, grad):
        f = self.size
        d_filters = np.zeros(self.filters.shape)
        for i in range(grad.shape[0]):
            for j in range(grad.shape[1]):
                for k in range(len(self.filters)):
                    d_filters[k] += grad[i, j, k] * self.image[i:i + f, j:j + f]
        self.d_filters = d_filters
        return d_filters
