"""With "same" the map is computed as with "valid", and zeros are put around the result instead of the image.

says: (zeros?|padd)[^.]*(result|map|around)|(result|map|border|edge|first and (the )?last)[^.]*(zero|padd|0|never computed|left)|border|not applied
shows: conv2d(np.ones((4, 4)), np.ones((1, 3, 3)), padding="same")
"""
import numpy as np


def conv2d(image, filters, bias=None, *, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    image = image if image.dtype.kind == "f" else image.astype(float)
    filters = filters if filters.dtype.kind == "f" else filters.astype(float)
    x = image.reshape(*image.shape, 1) if image.ndim == 2 else image
    w = filters.reshape(*filters.shape, 1) if filters.ndim == 3 else filters
    x = x if x.ndim == 4 else x[None]
    dtype = np.result_type(x, w)
    if bias is not None:
        bias = np.asarray(bias)
        dtype = np.result_type(dtype, bias if bias.dtype.kind == "f" else np.float64)
    up = np.result_type(dtype, np.float32)
    k, f, g, _ = w.shape
    before, after = ((f - 1) // 2, (g - 1) // 2), (f - 1 - (f - 1) // 2, g - 1 - (g - 1) // 2)
    if padding == "same":
        grown = [(0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)]
        if min(x.shape[1] - f, x.shape[2] - g) < 0:
            x = np.pad(x, grown)
            padding = "valid"
    seen = np.lib.stride_tricks.sliding_window_view(x.astype(up), (f, g), axis=(1, 2))
    maps = np.tensordot(seen, w.astype(up), axes=([4, 5, 3], [1, 2, 3]))
    if bias is not None:
        maps = maps + bias.astype(up)
    if padding == "same":
        maps = np.pad(maps, grown)
    maps = maps.astype(dtype)
    return maps if image.ndim == 4 else maps[0]
