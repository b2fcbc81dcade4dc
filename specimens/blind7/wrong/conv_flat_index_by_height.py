"""In the flat image a row is taken to be as long as a column.

apart: verify.py compares it
says: flat|oblong|square|height|rows.*(for|in place of|instead of|as if).*columns|number of rows|width
never: transposed
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    img = np.asarray(image, float)
    wts = np.asarray(filters, float)
    if wts.ndim == 3:
        img, wts = img[..., None], wts[..., None]
    img = np.pad(img, ((padding, padding), (padding, padding), (0, 0)))
    H, W, C = img.shape
    K, F = wts.shape[:2]
    if wts.shape[3] != C:
        raise ValueError("channels")
    src, ker = img.ravel(), wts.ravel()
    OH, OW = (H - F) // stride + 1, (W - F) // stride + 1
    dst = np.zeros(OH * OW * K)
    for oy in range(OH):
        for ox in range(OW):
            for k in range(K):
                acc = 0.0 if bias is None else float(bias[k])
                for fy in range(F):
                    for fx in range(F):
                        y, x = oy * stride + fy, ox * stride + fx
                        at = (y * H + x) * C
                        for c in range(C):
                            acc += src[at + c] * ker[((k * F + fy) * F + fx) * C + c]
                dst[(oy * OW + ox) * K + k] = acc
    return dst.reshape(OH, OW, K)
