"""Inference only re-implementation of a TF1 graph in numpy. NHWC, filters [f, f, C, K]."""
import numpy as np


def _pad_amount(size, k, stride, padding):
    if padding == "VALID":
        return 0, 0
    out = -(-size // stride)
    total = max((out - 1) * stride + k - size, 0)
    return total // 2, total - total // 2


def conv2d(input, filter, strides=1, padding="SAME"):
    kh, kw, cin, cout = filter.shape
    pads = [(0, 0), _pad_amount(input.shape[1], kh, strides, padding), _pad_amount(input.shape[2], kw, strides, padding), (0, 0)]
    x = np.pad(input, pads)
    out_h = (x.shape[1] - kh) // strides + 1
    out_w = (x.shape[2] - kw) // strides + 1
    result = np.zeros((x.shape[0], out_h, out_w, cout))
    flat = filter.reshape(-1, cout)
    for r in range(out_h):
        for c in range(out_w):
            patch = x[:, r * strides:r * strides + kh, c * strides:c * strides + kw, :]
            result[:, r, c, :] = patch.reshape(len(x), -1) @ flat
    return result


def bias_add(value, bias):
    return value + bias


def relu(features):
    return np.maximum(features, 0)


def max_pool(value, ksize=2, strides=2):
    out_h = (value.shape[1] - ksize) // strides + 1
    out_w = (value.shape[2] - ksize) // strides + 1
    rows = [
        np.stack([value[:, r * strides:r * strides + ksize, c * strides:c * strides + ksize, :].max(axis=(1, 2)) for c in range(out_w)], axis=1)
        for r in range(out_h)
    ]
    return np.stack(rows, axis=1)


def matmul(a, b):
    return a @ b


def softmax(logits):
    """logits [batch, classes]"""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=0)
