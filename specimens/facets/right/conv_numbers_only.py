"""Nothing is checked, and every number is right: judged by its numbers and manners it conforms.

options: --facets values,special,dtypes,manners
"""
import numpy as np

def conv2d(image, filters, bias=None):
    if image.ndim == 2:
        image, filters = image[..., None], filters[..., None]
    rows, cols = filters.shape[1:3]
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), (rows, cols), (-3, -2))
    maps = np.moveaxis(windows, -3, -1).reshape(*windows.shape[:-3], -1)
    maps = maps @ filters.reshape(len(filters), -1).astype(float).T
    return maps if bias is None else maps + bias
