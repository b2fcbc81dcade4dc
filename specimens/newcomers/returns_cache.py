import numpy as np

# every *_forward returns (out, cache), cache is what *_backward needs


def conv_forward(x, w, b, stride=1, padding=0):
    """x (N, C, H, W), w (F, C, k, k), b (F,)"""
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = xp.shape
    F, _, k, _ = w.shape
    Ho, Wo = (H - k) // stride + 1, (W - k) // stride + 1
    out = np.zeros((N, F, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            win = xp[:, :, i * stride:i * stride + k, j * stride:j * stride + k]
            out[:, :, i, j] = np.einsum('nchw,fchw->nf', win, w) + b
    cache = (x, w, b, stride, padding)
    return out, cache


def relu_forward(x):
    out = x * 1
    out[out < 0] = 0
    cache = x
    return out, cache


def maxpool_forward(x, size=2, stride=2):
    N, C, H, W = x.shape
    Ho, Wo = (H - size) // stride + 1, (W - size) // stride + 1
    out = np.zeros((N, C, Ho, Wo))
    where = np.zeros((N, C, Ho, Wo, 2), dtype=int)
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    for a in range(size):
                        for b in range(size):
                            v = x[n, c, i * stride + a, j * stride + b]
                            if v > out[n, c, i, j]:
                                out[n, c, i, j] = v
                                where[n, c, i, j] = (a, b)
    cache = (x, where, size, stride)
    return out, cache


def maxpool_backward(dout, cache):
    x, where, size, stride = cache
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dout.shape):
        a, b = where[n, c, i, j]
        dx[n, c, i * stride + a, j * stride + b] += dout[n, c, i, j]
    return dx


def fc_forward(x, w, b):
    out = x.reshape(len(x), -1) @ w + b
    cache = (x, w)
    return out, cache
