"""The rows of output_padding come first.

says: output.padding.*(top|above|first)|(top|above|first).*output.padding
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2, output_padding=1)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0):
    if image.ndim == 4:
        return np.stack([conv_transpose2d(one, filters, bias, stride=stride, padding=padding, output_padding=output_padding) for one in image])
    h, w, k = image.shape
    _, f, g, c = filters.shape
    out = np.zeros((output_padding + (h - 1) * stride + f, output_padding + (w - 1) * stride + g, c))
    for i in range(h):
        for j in range(w):
            y, x = output_padding + i * stride, output_padding + j * stride
            out[y:y + f, x:x + g] += np.tensordot(image[i, j], filters, 1)
    out = out[padding:out.shape[0] - padding, padding:out.shape[1] - padding]
    return out if bias is None else out + bias
