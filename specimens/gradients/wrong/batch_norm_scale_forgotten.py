"""The gradient of the maps lacks the scale.

apart: verify.py compares its gradients
says: scale|gamma|factor
"""
import numpy as np


def batch_norm_backward(grad, maps, mean, variance, scale, offset, *, epsilon=1e-5):
    axes = tuple(range(maps.ndim - 1))
    inverse = 1 / np.sqrt(variance + epsilon)
    normalised = (maps - mean) * inverse
    grad_maps = grad * inverse
    grad_mean = -(grad * scale * inverse).sum(axis=axes)
    grad_variance = -0.5 * inverse ** 2 * scale * (grad * normalised).sum(axis=axes)
    return grad_maps, grad_mean, grad_variance, (grad * normalised).sum(axis=axes), grad.sum(axis=axes)
