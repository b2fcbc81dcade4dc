"""Each function returns its result and a function that takes a gradient back.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def conv2d(image, filters, bias):
    """(H, W, C), (K, f, f, C); returns the maps, and what takes their gradient back"""
    f = filters.shape[1]
    rows, columns = image.shape[0] - f + 1, image.shape[1] - f + 1
    maps = np.zeros((rows, columns, len(filters)))
    for i in range(rows):
        for j in range(columns):
            patch = image[i:i + f, j:j + f]
            maps[i, j] = np.tensordot(filters, patch, 3) + bias

    def pullback(grad):
        d_image, d_filters = np.zeros(image.shape), np.zeros(filters.shape)
        for i in range(rows):
            for j in range(columns):
                d_image[i:i + f, j:j + f] += np.tensordot(grad[i, j], filters, 1)
                d_filters[...] += np.multiply.outer(grad[i, j], image[i:i + f, j:j + f])
        return d_image, d_filters, grad.sum(axis=(0, 1))

    return maps, pullback


def relu(x):
    return np.maximum(x, 0), lambda grad: grad * (x > 0)
