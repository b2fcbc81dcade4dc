"""The scale's gradient is summed with the maps as they came, not normalised.

apart: verify.py compares its gradients
says: scale|gamma|normali|mean|raw
"""
import numpy as np


def batch_norm_backward(grad, maps, mean, variance, scale, offset, *, epsilon=1e-5):
    axes = tuple(range(maps.ndim - 1))
    inverse = 1 / np.sqrt(variance + epsilon)
    grad_maps = grad * scale * inverse
    grad_variance = -0.5 * inverse ** 3 * scale * (grad * (maps - mean)).sum(axis=axes)
    grad_scale = (grad * maps).sum(axis=axes)
    return grad_maps, -grad_maps.sum(axis=axes), grad_variance, grad_scale, grad.sum(axis=axes)
