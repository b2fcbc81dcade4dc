"""Functions that return what their backward passes want beside the result: columns, and a mask."""
import numpy as np


def im2col(padded, k, stride):
    seen = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
    seen = seen[:, :, ::stride, ::stride]
    n, c, h, w = seen.shape[:4]
    return seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * w, c * k * k)


def conv2d_forward(x, W, b, stride=1, pad=0):
    N, C, H, Wd = x.shape
    F, _, k, _ = W.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    col = im2col(x_pad, k, stride)
    out_h, out_w = (H + 2 * pad - k) // stride + 1, (Wd + 2 * pad - k) // stride + 1
    out = col @ W.reshape(F, -1).T + b
    return out.reshape(N, out_h, out_w, F).transpose(0, 3, 1, 2), col, x_pad


def conv2d_backward(dout, col, x_pad, W, stride=1, pad=0):
    N, F, out_h, out_w = dout.shape
    C, k = W.shape[1:3]
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, F)
    dW = (flat.T @ col).reshape(W.shape)
    db = flat.sum(axis=0)
    dcol = (flat @ W.reshape(F, -1)).reshape(N, out_h, out_w, C, k, k)
    dx = np.zeros(x_pad.shape)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            dx[:, :, top:top + k, left:left + k] += dcol[:, i, j]
    return dx[:, :, pad:dx.shape[2] - pad, pad:dx.shape[3] - pad], dW, db


def maxpool_forward(x, pool=2):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H // pool, W // pool))
    mask = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*out.shape):
        window = x[n, c, i * pool:i * pool + pool, j * pool:j * pool + pool]
        a, b = np.unravel_index(window.argmax(), window.shape)
        out[n, c, i, j] = window[a, b]
        mask[n, c, i * pool + a, j * pool + b] = 1
    return out, mask


def maxpool_backward(dout, mask, pool=2):
    dx = np.zeros(mask.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * pool, i * pool + pool), slice(j * pool, j * pool + pool)
            dx[:, :, rows, cols] = mask[:, :, rows, cols] * dout[:, :, i:i + 1, j:j + 1]
    return dx


def fc_forward(x, W, b):
    return x @ W + b


def fc_backward(dout, x, W):
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def relu(x):
    return np.maximum(0, x)


def relu_grad(x):
    return (x > 0).astype(float)
