"""Forward kernels as plain loops, compiled by numba where it is installed."""
import numpy as np

try:
    from numba import njit, prange
except ImportError:
    prange = range

    def njit(*args, **kwargs):
        if args and callable(args[0]):
            return args[0]
        return lambda function: function


@njit(parallel=True, fastmath=False)
def _conv2d_loop(x, w, b, stride, out):
    n_images, n_out, h_out, w_out = out.shape
    _, c_in, kh, kw = w.shape
    for n in prange(n_images):
        for o in range(n_out):
            for i in range(h_out):
                for j in range(w_out):
                    acc = b[o]
                    for c in range(c_in):
                        for p in range(kh):
                            for q in range(kw):
                                acc += x[n, c, i * stride + p, j * stride + q] * w[o, c, p, q]
                    out[n, o, i, j] = acc


def conv2d(x, w, b, stride=1):
    """x: (N, C, H, W), w: (O, C, KH, KW), b: (O,)"""
    n, _, h, wd = x.shape
    o, _, kh, kw = w.shape
    out = np.empty((n, o, (h - kh) // stride + 1, (wd - kw) // stride + 1))
    _conv2d_loop(x.astype(np.float64), w.astype(np.float64), b.astype(np.float64), stride, out)
    return out


@njit
def _max_pool_loop(x, k, stride, out):
    n_images, channels, h_out, w_out = out.shape
    for n in range(n_images):
        for c in range(channels):
            for i in range(h_out):
                for j in range(w_out):
                    best = 0.0
                    for p in range(k):
                        for q in range(k):
                            value = x[n, c, i * stride + p, j * stride + q]
                            if value > best:
                                best = value
                    out[n, c, i, j] = best


def max_pool2d(x, k=2, stride=2):
    n, c, h, w = x.shape
    out = np.empty((n, c, (h - k) // stride + 1, (w - k) // stride + 1))
    _max_pool_loop(x, k, stride, out)
    return out


@njit
def _relu_loop(flat, out):
    for i in range(flat.size):
        out[i] = flat[i] if flat[i] > 0 else 0.0


def relu(x):
    out = np.empty(x.size)
    _relu_loop(x.ravel(), out)
    return out.reshape(x.shape)


@njit
def _dense_loop(x, w, b, out):
    for n in range(x.shape[0]):
        for j in range(w.shape[1]):
            acc = b[j]
            for i in range(w.shape[0]):
                acc += x[n, i] * w[i, j]
            out[n, j] = acc


def dense(x, w, b):
    out = np.empty((x.shape[0], w.shape[1]))
    _dense_loop(x.astype(np.float64), w.astype(np.float64), b.astype(np.float64), out)
    return out
