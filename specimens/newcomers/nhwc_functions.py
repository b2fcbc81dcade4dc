# Forward pass of a small convnet, images are (batch, height, width, channels) as in TensorFlow.
import numpy as np


def conv2d(x, filters, strides=1, padding="VALID"):
    """x: (n, h, w, c_in), filters: (fh, fw, c_in, c_out)"""
    n, h, w, c_in = x.shape
    fh, fw, _, c_out = filters.shape
    if padding == "SAME":
        top, left = (fh - 1) // 2, (fw - 1) // 2
        x = np.pad(x, [(0, 0), (top, fh - 1 - top), (left, fw - 1 - left), (0, 0)])
        n, h, w, c_in = x.shape
    elif padding != "VALID":
        raise ValueError(f"padding must be 'SAME' or 'VALID', not {padding!r}")
    out_h = (h - fh) // strides + 1
    out_w = (w - fw) // strides + 1
    out = np.zeros((n, out_h, out_w, c_out))
    for i in range(out_h):
        for j in range(out_w):
            window = x[:, i * strides:i * strides + fh, j * strides:j * strides + fw, :]
            out[:, i, j, :] = np.tensordot(window, filters, axes=3)
    return out


def bias_add(x, b):
    return x + b


def relu(x):
    return np.where(x > 0, x, 0)


def max_pool(x, ksize=2, strides=2):
    n, h, w, c = x.shape
    out_h = (h - ksize) // strides + 1
    out_w = (w - ksize) // strides + 1
    out = np.zeros((n, out_h, out_w, c))
    for i in range(out_h):
        for j in range(out_w):
            out[:, i, j, :] = np.max(x[:, i * strides:i * strides + ksize, j * strides:j * strides + ksize, :], axis=(1, 2))
    return out


def flatten(x):
    return x.reshape(x.shape[0], -1)


def dense(x, w, b):
    # x: (n, inputs), w: (inputs, outputs)
    return np.dot(x, w) + b


def softmax(x):
    ex = np.exp(x - np.max(x, axis=1, keepdims=True))
    return ex / np.sum(ex, axis=1, keepdims=True)


images = np.random.rand(2, 28, 28, 1)
kernel = np.random.randn(3, 3, 1, 8) / 9
h = max_pool(relu(conv2d(images, kernel)))
print("after pooling:", h.shape)
p = softmax(dense(flatten(h), np.random.randn(13 * 13 * 8, 10) / 100, np.zeros(10)))
print("probabilities:", p.shape, p.sum(axis=1))
