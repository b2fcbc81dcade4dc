"""Functions of one image, channels last; a slice takes the border off again, even if there is none."""
import numpy as np


def conv_layer(X, filters, biases, stride=1, padding=0):
    """X: (H, W, C); filters: (K, f, f, C); returns (H', W', K)"""
    K, f, _, _ = filters.shape
    X = np.pad(X, ((padding, padding), (padding, padding), (0, 0)))
    rows, columns = (X.shape[0] - f) // stride + 1, (X.shape[1] - f) // stride + 1
    out = np.zeros((rows, columns, K))
    for i in range(rows):
        for j in range(columns):
            region = X[i * stride:i * stride + f, j * stride:j * stride + f, :]
            for k in range(K):
                out[i, j, k] = np.sum(region * filters[k]) + biases[k]
    return out


def conv_backprop(input, output, grad_output, filters, biases, padding=0):
    K, f, _, _ = filters.shape
    padded = np.pad(input, ((padding, padding), (padding, padding), (0, 0)))
    d_filters = np.zeros(filters.shape)
    d_padded = np.zeros(padded.shape)
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            region = padded[i:i + f, j:j + f, :]
            for k in range(K):
                d_filters[k] += grad_output[i, j, k] * region
                d_padded[i:i + f, j:j + f, :] += grad_output[i, j, k] * filters[k]
    d_input = d_padded[padding:-padding, padding:-padding, :]
    return d_input, d_filters, grad_output.sum(axis=(0, 1))


def relu(x):
    return np.maximum(x, 0)


def relu_backprop(grad_output, x):
    return grad_output * (x > 0)
