"""A bit of `stax` without jax: every layer is a function of (params, x), params are tuples.

Images are NHWC, kernels HWIO.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def init_conv(rng, size, c_in, c_out):
    scale = np.sqrt(2.0 / (size * size * c_in))
    return rng.normal(size=(size, size, c_in, c_out)) * scale, np.zeros(c_out)


def init_dense(rng, n_in, n_out):
    return rng.normal(size=(n_in, n_out)) / np.sqrt(n_in), np.zeros(n_out)


def conv(params, x, stride=1, padding="VALID"):
    W, b = params
    kh, kw = W.shape[:2]
    x = np.asarray(x, dtype=float)
    if padding == "SAME":
        top, left = (kh - 1) // 2, (kw - 1) // 2
        x = np.pad(x, ((0, 0), (top, kh - 1 - top), (left, kw - 1 - left), (0, 0)))
    patches = sliding_window_view(x, (kh, kw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nhwcij,ijco->nhwo", patches, W) + b


def max_pool(x, window=2, stride=None):
    stride = window if stride is None else stride
    patches = sliding_window_view(x, (window, window), axis=(1, 2))
    return patches[:, ::stride, ::stride].max(axis=(-2, -1))


def relu(x):
    return np.maximum(x, 0.0)


def flatten(x):
    return x.reshape(x.shape[0], -1)


def dense(params, x):
    W, b = params
    return x @ W + b


def softmax(x, axis=-1):
    unnormalized = np.exp(x - x.max(axis=axis, keepdims=True))
    return unnormalized / unnormalized.sum(axis=axis, keepdims=True)


def init_net(rng, classes=10):
    return {
        "conv1": init_conv(rng, 3, 1, 8),
        "conv2": init_conv(rng, 3, 8, 16),
        "out": init_dense(rng, 5 * 5 * 16, classes),
    }


def predict(params, x):
    h = max_pool(relu(conv(params["conv1"], x)))
    h = max_pool(relu(conv(params["conv2"], h)))
    return softmax(dense(params["out"], flatten(h)))


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    print(predict(init_net(rng), rng.normal(size=(2, 28, 28, 1))).round(3))
