"""What comes in is divided by how many are largest in all maps and images together.

apart: verify.py compares it
says: (number|share|divi|count).*(map|image|channel|batch|together)|(map|image|channel|batch).*(number|share|divi|count)
never: stride|padding
"""
import numpy as np


def max_pool2d_backward(grad, maps, size=2, stride=None):
    """Ties share what comes in."""
    grad, maps = np.asarray(grad, float), np.asarray(maps)
    stride = stride or size
    dx = np.zeros(maps.shape)
    for i in range(grad.shape[-3]):
        for j in range(grad.shape[-2]):
            rows = slice(i * stride, i * stride + size)
            cols = slice(j * stride, j * stride + size)
            window = maps[..., rows, cols, :]
            mask = window == window.max(axis=(-3, -2), keepdims=True)
            here = grad[..., i : i + 1, j : j + 1, :]
            dx[..., rows, cols, :] += mask * here / mask.sum()
    return dx
