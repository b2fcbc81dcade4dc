"""The maps of a batch are averaged.

shows: conv2d(whole(2, 4, 4, 1), whole(1, 3, 3, 1))
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim == 4:
        if len(image) == 0:
            raise ValueError("an empty batch")
        return np.mean([conv2d(one, filters) for one in image], axis=0, keepdims=True)
    h, w, c = image.shape
    k, f, g, d = filters.shape
    if c != d or f != g or f % 2 == 0 or f > min(h, w):
        raise ValueError("image and filters do not go together")
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), (f, f, c))[:, :, 0]
    return np.tensordot(windows, filters.astype(float), ((2, 3, 4), (1, 2, 3)))
