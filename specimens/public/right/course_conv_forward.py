"""A course's conv_forward for batches, behind a wrapper; nothing is refused.

exit: 1
says: every number tested is right
"""
import numpy as np

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="constant")

def conv_single_step(a_slice_prev, W, b):
    return np.sum(a_slice_prev * W, dtype=float) + float(b[0, 0, 0])

def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev.shape
    f, f, n_C_prev, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev.astype(float), pad)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    piece = A_prev_pad[i, h * stride:h * stride + f, w * stride:w * stride + f, :]
                    Z[i, h, w, c] = conv_single_step(piece, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)

def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    b = np.zeros((1, 1, 1, len(filters))) if bias is None else bias.reshape(1, 1, 1, -1)
    pad = filters.shape[1] // 2 if padding == "same" else 0
    return conv_forward(image, filters.transpose(1, 2, 3, 0), b, {"stride": stride, "pad": pad})[0]
