"""Ported from C: one flat buffer, indices by hand; arguments are checked.
"""
import numpy as np

def conv_kernel(src, wgt, dst, H, W, K, f):
    OW = W - f + 1
    for k in range(K):
        for y in range(H - f + 1):
            for x in range(OW):
                acc = 0.0
                for a in range(f):
                    row = (y + a) * W + x
                    tap = (k * f + a) * f
                    for b in range(f):
                        acc += src[row + b] * wgt[tap + b]
                dst[(y * OW + x) * K + k] = acc

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("EINVAL: one plane and a bank of kernels")
    H, W = image.shape
    K, f, g = filters.shape
    if f != g or not f & 1 or f > H or f > W:
        raise ValueError("EINVAL: kernel size")
    dst = [0.0] * ((H - f + 1) * (W - f + 1) * K)
    src, wgt = image.astype(float).ravel().tolist(), filters.astype(float).ravel().tolist()
    conv_kernel(src, wgt, dst, H, W, K, f)
    return np.array(dst).reshape(H - f + 1, W - f + 1, K)
