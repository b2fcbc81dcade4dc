"""All the activations with their derivatives; that of ReLU at 0 is 1.

apart: verify.py compares its gradients
"""
import numpy as np


def _floats(*arrays):
    made = []
    for a in arrays:
        a = np.asarray(a)
        if a.dtype.kind not in "fiub":
            raise TypeError("real numbers only")
        made.append(a if a.dtype.kind == "f" else a.astype(np.float64))
    if len({a.shape for a in made}) > 1:
        raise ValueError("grad must have the shape of x")
    dtype = np.result_type(*made)
    return [a.astype(dtype) for a in made]


def relu_backward(grad, x):
    grad, x = _floats(grad, x)
    return np.where(x < 0, grad.dtype.type(0), grad)


def leaky_relu_backward(grad, x, slope=0.01):
    grad, x = _floats(grad, x)
    return np.where(x > 0, grad, grad * grad.dtype.type(slope))


def sigmoid_backward(grad, x):
    grad, x = _floats(grad, x)
    e = np.exp(-np.abs(x).astype(np.float64))
    return (grad * (e / (1 + e) ** 2)).astype(grad.dtype)


def tanh_backward(grad, x):
    grad, x = _floats(grad, x)
    y = np.tanh(x.astype(np.float64))
    return (grad * (1 - y) * (1 + y)).astype(grad.dtype)
