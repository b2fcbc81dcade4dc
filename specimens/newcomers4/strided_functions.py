'''Functional layers, (N, C, H, W). forward returns out and what backward wants to know.'''
import numpy as np


def conv2d_forward(x, w, b, stride=1, pad=0):
    k = w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, c, h, wd = xp.shape
    oh, ow = (h - k) // stride + 1, (wd - k) // stride + 1
    out = np.zeros((n, w.shape[0], oh, ow))
    for y in range(oh):
        for x_ in range(ow):
            patch = xp[:, :, y * stride:y * stride + k, x_ * stride:x_ * stride + k]
            out[:, :, y, x_] = patch.reshape(n, -1).dot(w.reshape(len(w), -1).T) + b
    return out, (xp, x.shape, w, stride, pad)


def conv2d_backward(d_out, saved):
    xp, shape, w, stride, pad = saved
    k = w.shape[2]
    n, K, oh, ow = d_out.shape
    d_w, d_xp = np.zeros(w.shape), np.zeros(xp.shape)
    # filters: correlate the input with the gradient
    for a in range(k):
        for b in range(k):
            d_w[:, :, a, b] = np.einsum('nkij,ncij->kc', d_out, xp[:, :, a:a + oh, b:b + ow])
    # input: spread every output's gradient over its window
    for y in range(oh):
        for x in range(ow):
            d_xp[:, :, y * stride:y * stride + k, x * stride:x * stride + k] += \
                d_out[:, :, y, x].dot(w.reshape(K, -1)).reshape(n, -1, k, k)
    d_x = d_xp[:, :, pad:pad + shape[2], pad:pad + shape[3]]
    return d_x, d_w, d_out.sum(axis=(0, 2, 3))


def relu_forward(x):
    return x * (x > 0), x


def relu_backward(d_out, x):
    return d_out * (x > 0)


def maxpool_forward(x, size=2):
    n, c, h, w = x.shape
    oh, ow = h // size, w // size
    blocks = x[:, :, :oh * size, :ow * size].reshape(n, c, oh, size, ow, size)
    out = blocks.max(axis=(3, 5))
    return out, (x.shape, blocks, out, size)


def maxpool_backward(d_out, saved):
    shape, blocks, out, size = saved
    mask = blocks == out[:, :, :, None, :, None]
    n, c, oh, _, ow, _ = blocks.shape
    d_x = np.zeros(shape)
    d_x[:, :, :oh * size, :ow * size] = (mask * d_out[:, :, :, None, :, None]).reshape(n, c, oh * size, ow * size)
    return d_x


def linear_forward(x, w, b):
    return x.dot(w) + b, (x, w)


def linear_backward(d_out, saved):
    x, w = saved
    return d_out.dot(w.T), x.T.dot(d_out), d_out.sum(axis=0)


def train():
    rng = np.random.RandomState(7)
    x, y = rng.randn(12, 1, 12, 12), rng.randint(0, 2, 12)
    W1, b1 = rng.randn(3, 1, 3, 3) * .2, np.zeros(3)
    W2, b2 = rng.randn(3 * 5 * 5, 2) * .2, np.zeros(2)
    for step in range(10):
        a, s1 = conv2d_forward(x, W1, b1)
        r, s2 = relu_forward(a)
        p, s3 = maxpool_forward(r)
        z, s4 = linear_forward(p.reshape(12, -1), W2, b2)
        e = np.exp(z - z.max(1, keepdims=True))
        prob = e / e.sum(1, keepdims=True)
        print(step, -np.log(prob[range(12), y]).mean())
        d = prob.copy()
        d[range(12), y] -= 1
        d /= 12
        d, dW2, db2 = linear_backward(d, s4)
        d = relu_backward(maxpool_backward(d.reshape(p.shape), s3), s2)
        _, dW1, db1 = conv2d_backward(d, s1)
        for param, grad in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
            param -= .1 * grad


if __name__ == '__main__':
    train()
