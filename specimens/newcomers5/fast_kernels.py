# fast CPU kernels for the inference demo. Everything is NCHW and float32 on the board,
# float64 on the PC. With numba these are about 60x faster than plain python.
import numpy as np

try:
    from numba import njit, prange
except ImportError:          # no numba on the board
    prange = range

    def njit(*args, **kwargs):
        if args and callable(args[0]):
            return args[0]
        return lambda f: f


@njit(parallel=True, fastmath=False)
def conv2d_kernel(inp, wgt, bias, out, stride, pad):
    n, c_in, h, w = inp.shape
    c_out, _, kh, kw = wgt.shape
    oh, ow = out.shape[2], out.shape[3]
    for b in range(n):
        for k in prange(c_out):
            for y in range(oh):
                for x in range(ow):
                    acc = 0.0
                    for c in range(c_in):
                        acc += bias[k]
                        for i in range(kh):
                            yy = y * stride + i - pad
                            if yy < 0 or yy >= h:
                                continue
                            for j in range(kw):
                                xx = x * stride + j - pad
                                if xx < 0 or xx >= w:
                                    continue
                                acc += inp[b, c, yy, xx] * wgt[k, c, i, j]
                    out[b, k, y, x] = acc


def conv2d(inp, wgt, bias=None, stride=1, pad=0):
    n, _, h, w = inp.shape
    c_out, _, kh, kw = wgt.shape
    if bias is None:
        bias = np.zeros(c_out, dtype=wgt.dtype)
    oh = (h + 2 * pad - kh) // stride + 1
    ow = (w + 2 * pad - kw) // stride + 1
    out = np.empty((n, c_out, oh, ow), dtype=np.result_type(inp, wgt, bias))
    conv2d_kernel(np.ascontiguousarray(inp), np.ascontiguousarray(wgt), bias, out, stride, pad)
    return out


@njit
def maxpool2d_kernel(inp, out, size, stride):
    n, c, oh, ow = out.shape
    for b in range(n):
        for k in range(c):
            for y in range(oh):
                for x in range(ow):
                    best = inp[b, k, y * stride, x * stride]
                    for i in range(size):
                        for j in range(size):
                            v = inp[b, k, y * stride + i, x * stride + j]
                            if v > best:
                                best = v
                    out[b, k, y, x] = best


def maxpool2d(inp, size=2, stride=2):
    n, c, h, w = inp.shape
    out = np.empty((n, c, (h - size) // stride + 1, (w - size) // stride + 1), dtype=inp.dtype)
    maxpool2d_kernel(inp, out, size, stride)
    return out


@njit
def relu_kernel(flat, out):
    for i in range(flat.size):
        out[i] = flat[i] if flat[i] > 0 else 0


def relu(inp):
    out = np.empty(inp.size, dtype=inp.dtype)
    relu_kernel(inp.ravel(), out)
    return out.reshape(inp.shape)


def fully_connected(inp, wgt, bias):
    """inp (N, in), wgt (out, in)"""
    return inp @ wgt.T + bias
