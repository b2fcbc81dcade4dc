"""Every rule is an assertion.
"""
import numpy as np

def conv2d(image, filters, bias=None, *, stride=1):
    assert image.ndim in (2, 3) and filters.ndim == image.ndim + 1, "axes"
    K, R, S = filters.shape[:3]
    assert R == S and R % 2 == 1, "filter size"
    assert image.ndim == 2 or image.shape[2] == filters.shape[3], "channels"
    assert bias is None or np.shape(bias) == (K,), "bias"
    assert stride >= 1 and R <= image.shape[0] and R <= image.shape[1], "stride or size"
    rows, cols = (image.shape[0] - R) // stride + 1, (image.shape[1] - R) // stride + 1
    out = np.zeros((rows, cols, K))
    for i in range(rows):
        for j in range(cols):
            window = image[i * stride:i * stride + R, j * stride:j * stride + R].astype(float)
            out[i, j] = (window * filters).reshape(K, -1).sum(axis=1)
    return out if bias is None else out + bias
