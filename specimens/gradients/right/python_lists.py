"""Lists of numbers, no library: a neuron layer and its gradients.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import math


def dense(x, weights, bias):
    return [sum(float(xi) * float(weights[i][n]) for i, xi in enumerate(x)) + float(bias[n]) for n in range(len(bias))]


def dense_backward(grad, x, weights):
    d_x = [sum(float(g) * float(w) for g, w in zip(grad, row)) for row in weights]
    d_weights = [[float(xi) * float(g) for g in grad] for xi in x]
    d_bias = [float(g) for g in grad]
    return d_x, d_weights, d_bias


def softmax(logits):
    top = max(logits)
    exps = [math.exp(z - top) for z in logits]
    total = sum(exps)
    return [e / total for e in exps]


def softmax_cross_entropy_backward(logits, label):
    p = softmax(logits)
    return [q - (1.0 if i == label else 0.0) for i, q in enumerate(p)]


def softmax_backward(grad, logits):
    p = softmax(logits)
    inner = sum(float(g) * q for g, q in zip(grad, p))
    return [q * (float(g) - inner) for g, q in zip(grad, p)]
