import numpy as np


def im2col(images, kernel_size, stride=1, pad=0):
    """(N, C, H, W) -> (N * out_h * out_w, C * k * k)"""
    k = kernel_size
    N, C, H, W = images.shape
    out_h = (H + 2 * pad - k) // stride + 1
    out_w = (W + 2 * pad - k) // stride + 1
    img = np.pad(images, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    col = np.zeros((N, C, k, k, out_h, out_w))
    for y in range(k):
        y_max = y + stride * out_h
        for x in range(k):
            x_max = x + out_w
            col[:, :, y, x] = img[:, :, y:y_max:stride, x:x_max]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)


def conv_layer(x, weights, bias, stride=1, pad=0):
    """x (N, C, H, W), weights (K, C, k, k), bias (K,)"""
    N, C, H, W = x.shape
    K, _, k, _ = weights.shape
    out_h = (H + 2 * pad - k) // stride + 1
    out_w = (W + 2 * pad - k) // stride + 1
    col = im2col(x, k, stride, pad)
    out = col @ weights.reshape(K, -1).T + bias
    return out.reshape(N, out_h, out_w, K).transpose(0, 3, 1, 2)


def relu_layer(x):
    return np.maximum(0, x)


def pool_layer(x, size=2):
    N, C, H, W = x.shape
    H, W = H // size, W // size
    x = x[:, :, :H * size, :W * size].reshape(N, C, H, size, W, size)
    return x.max(axis=(3, 5))


def fc_layer(x, weights, bias):
    return x.reshape(x.shape[0], -1) @ weights + bias


def softmax_layer(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


if __name__ == "__main__":
    x = np.random.rand(2, 3, 32, 32)
    w = np.random.randn(6, 3, 5, 5)
    print(conv_layer(x, w, np.zeros(6)).shape, "should be (2, 6, 28, 28)")
