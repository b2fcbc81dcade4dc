"""The bias's gradient is that of the first image of the batch.

apart: verify.py compares its gradients
says: first image|one image|batch|images
"""
import numpy as np


def conv_layer_backward(dy, x, kernel):
    f = kernel.shape[1]
    dkernel, dx = np.zeros(kernel.shape), np.zeros(x.shape)
    for i in range(dy.shape[1]):
        for j in range(dy.shape[2]):
            dkernel += np.einsum('nk,nabc->kabc', dy[:, i, j], x[:, i:i + f, j:j + f])
            dx[:, i:i + f, j:j + f] += np.einsum('nk,kabc->nabc', dy[:, i, j], kernel)
    dbias = dy[0].sum(axis=(0, 1))
    return dkernel, dbias, dx


def conv_layer_forward(x, kernel, bias):
    f = kernel.shape[1]
    win = np.lib.stride_tricks.sliding_window_view(x, (f, f), axis=(1, 2))
    return np.einsum('nijcab,kabc->nijk', win, kernel) + bias
