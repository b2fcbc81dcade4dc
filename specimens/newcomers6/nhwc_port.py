"""A few ops of TensorFlow, in NumPy, batch first and channels last, to run our graph without TF."""
import numpy as np


def _same_padding(size, k, s):
    out = -(-size // s)
    total = max((out - 1) * s + k - size, 0)
    return total // 2, total - total // 2


def conv2d(inputs, filters, strides=(1, 1), padding='VALID'):
    """inputs: [batch, height, width, in], filters: [height, width, in, out]."""
    kh, kw, _, _ = filters.shape
    sh, sw = strides
    if padding == 'SAME':
        inputs = np.pad(inputs, ((0, 0), _same_padding(inputs.shape[1], kh, sh),
                                 _same_padding(inputs.shape[2], kw, sw), (0, 0)))
    elif padding != 'VALID':
        raise ValueError('padding must be SAME or VALID')
    if inputs.shape[3] != filters.shape[2]:
        raise ValueError('number of channels does not match')
    oh = (inputs.shape[1] - kh) // sh + 1
    ow = (inputs.shape[2] - kw) // sw + 1
    out = 0.0
    for i in range(kh):
        for j in range(kw):
            part = inputs[:, i:i + (oh - 1) * sh + 1:sh, j:j + (ow - 1) * sw + 1:sw, :]
            out = out + np.matmul(part, filters[i, j])
    return out


def bias_add(value, bias):
    return value + bias


def relu(features):
    return np.maximum(features, 0)


def max_pool(value, ksize=(2, 2), strides=(2, 2)):
    kh, kw = ksize
    sh, sw = strides
    oh = (value.shape[1] - kh) // sh + 1
    ow = (value.shape[2] - kw) // sw + 1
    parts = [value[:, i:i + (oh - 1) * sh + 1:sh, j:j + (ow - 1) * sw + 1:sw, :]
             for i in range(kh) for j in range(kw)]
    return np.max(parts, axis=0)


def matmul_add(x, w, b):
    return x @ w + b


def softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)


def sparse_softmax_cross_entropy_with_logits(labels, logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1))
    return log_sum - shifted[np.arange(len(labels)), labels]
