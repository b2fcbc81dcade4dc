"""Normalisation by given numbers, and the gradients of all five.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def batch_norm_backward(grad, maps, mean, variance, scale, offset, *, epsilon=1e-5):
    axes = tuple(range(maps.ndim - 1))
    root = np.sqrt(variance + epsilon)
    centred = maps - mean
    grad_maps = grad * (scale / root)
    grad_mean = -grad_maps.sum(axis=axes)
    grad_variance = -0.5 * scale * (grad * centred).sum(axis=axes) / root ** 3
    grad_scale = (grad * centred).sum(axis=axes) / root
    return grad_maps, grad_mean, grad_variance, grad_scale, grad.sum(axis=axes)
