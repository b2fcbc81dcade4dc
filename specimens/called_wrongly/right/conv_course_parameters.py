"""A course's layer takes a dictionary in the place of the bias.

exit: 3
"""
import numpy as np

def conv2d(image, filters, hparameters, cache):
    stride, pad = hparameters["stride"], hparameters["pad"]
    image = np.pad(image, ((pad, pad), (pad, pad), (0, 0)))
    f, _, _, count = filters.shape
    rows, cols = (image.shape[0] - f) // stride + 1, (image.shape[1] - f) // stride + 1
    Z = np.zeros((rows, cols, count))
    for h, w, c in np.ndindex(Z.shape):
        Z[h, w, c] = np.sum(image[h * stride:h * stride + f, w * stride:w * stride + f] * filters[..., c])
    cache.append((image, filters, hparameters))
    return Z
