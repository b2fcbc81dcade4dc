"""numpy_tf: the handful of tf.nn functions our old graphs need, so that they run without tensorflow 1.x"""
import numpy as np


def _same(size, k, s):
    out = -(-size // s)
    total = max((out - 1) * s + k - size, 0)
    return total // 2, total - total // 2


def _prepare(value, kh, kw, strides, padding, fill):
    _, sh, sw, _ = strides
    if padding == "SAME":
        value = np.pad(value, ((0, 0), _same(value.shape[1], kh, sh), _same(value.shape[2], kw, sw), (0, 0)),
                       mode="constant", constant_values=fill)
    elif padding != "VALID":
        raise ValueError("padding must be SAME or VALID, not %r" % (padding,))
    rows = (value.shape[1] - kh) // sh + 1
    cols = (value.shape[2] - kw) // sw + 1
    return value, rows, cols


def conv2d(input, filter, strides=(1, 1, 1, 1), padding="VALID"):
    """input NHWC, filter HWIO; strides is [1, s, s, 1]"""
    kh, kw, _, out_channels = filter.shape
    _, sh, sw, _ = strides
    x, rows, cols = _prepare(np.asarray(input, dtype=float), kh, kw, strides, padding, 0.0)
    result = np.zeros((x.shape[0], rows, cols, out_channels))
    for i in range(rows):
        for j in range(cols):
            patch = x[:, i * sh:i * sh + kh, j * sw:j * sw + kw, :]
            result[:, i, j, :] = np.sum(patch[..., np.newaxis] * filter, axis=(1, 2, 3))
    return result


def bias_add(value, bias):
    return value + bias


def relu(features):
    return np.maximum(features, 0)


def max_pool(value, ksize=(1, 2, 2, 1), strides=(1, 2, 2, 1), padding="VALID"):
    _, kh, kw, _ = ksize
    _, sh, sw, _ = strides
    x, rows, cols = _prepare(np.asarray(value, dtype=float), kh, kw, strides, padding, -np.inf)
    result = np.empty((x.shape[0], rows, cols, x.shape[3]))
    for i in range(rows):
        for j in range(cols):
            result[:, i, j] = np.max(x[:, i * sh:i * sh + kh, j * sw:j * sw + kw], axis=(1, 2))
    return result


def avg_pool(value, ksize=(1, 2, 2, 1), strides=(1, 2, 2, 1), padding="VALID"):
    """as tensorflow does, the padding of SAME does not count"""
    _, kh, kw, _ = ksize
    _, sh, sw, _ = strides
    x, rows, cols = _prepare(np.asarray(value, dtype=float), kh, kw, strides, padding, 0.0)
    ones, _, _ = _prepare(np.ones((1,) + value.shape[1:3] + (1,)), kh, kw, strides, padding, 0.0)
    result = np.empty((x.shape[0], rows, cols, x.shape[3]))
    for i in range(rows):
        for j in range(cols):
            a, b = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            result[:, i, j] = x[:, a, b].sum(axis=(1, 2)) / ones[:, a, b].sum()
    return result


def log_softmax(logits):
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def softmax(logits):
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def sparse_softmax_cross_entropy_with_logits(labels, logits):
    picked = np.take_along_axis(log_softmax(logits), np.asarray(labels)[..., np.newaxis], axis=-1)
    return -picked[..., 0]


if __name__ == "__main__":
    img = np.random.rand(2, 28, 28, 1)
    h = relu(bias_add(conv2d(img, np.random.randn(5, 5, 1, 32) * 0.1, [1, 1, 1, 1], "SAME"), np.full(32, 0.1)))
    print(max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME").shape)
