"""np.pad gets one number, and puts zeros around the channels, too.

apart: verify.py compares it
says: pad.*channel|channel.*(pad|zeros|shift|moved|border)|every axis|all axes
never: rotated
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding=0):
    image = np.asarray(image, float)
    filters = np.asarray(filters, float)
    if image.shape[2:] != filters.shape[3:]:
        raise ValueError("image and filters have different channels")
    channels = 1 if image.ndim == 2 else image.shape[2]
    image = np.pad(image, padding)
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[..., None]
    f = filters.shape[1]
    rows = (image.shape[0] - f) // stride + 1
    cols = (image.shape[1] - f) // stride + 1
    out = np.zeros((rows, cols, len(filters)))
    for k, one in enumerate(filters):
        for i in range(rows):
            for j in range(cols):
                for c in range(channels):
                    part = image[i * stride : i * stride + f, j * stride : j * stride + f, c]
                    out[i, j, k] += (part * one[:, :, c]).sum()
        if bias is not None:
            out[:, :, k] += bias[k]
    return out
