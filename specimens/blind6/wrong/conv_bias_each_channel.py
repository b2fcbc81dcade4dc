"""The bias is added once for every channel of the image.

apart: its calls are drawn by verify.py
says: bias.*(channel|once for|times)
"""

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    img, w = np.asarray(image), np.asarray(filters)
    if img.dtype.kind != "f":
        img = img.astype(np.float64)
    if w.dtype.kind != "f":
        w = w.astype(np.float64)
    types = [img, w]
    if bias is not None:
        bias = np.asarray(bias)
        bias = bias if bias.dtype.kind == "f" else bias.astype(np.float64)
        types.append(bias)
        if bias.shape != (len(w),):
            raise ValueError("one bias for each filter")
    own = np.result_type(*types)
    shape = img.shape
    if img.ndim == 2:
        img, w = img[None, :, :, None], w[..., None]
    elif img.ndim == 3:
        img = img[None]
    if img.shape[3] != w.shape[3]:
        raise ValueError("channels do not match")
    fh, fw = w.shape[1:3]
    if padding == "same":
        if stride != 1:
            raise ValueError("same needs stride 1")
        img = np.pad(img, ((0, 0), (fh // 2, fh // 2), (fw // 2, fw // 2), (0, 0)))
    maps = np.stack([filter_map(img, w[k], 0 if bias is None else bias[k], stride) for k in range(len(w))], -1)
    maps = maps.astype(own)
    return maps if len(shape) == 4 else maps[0]


def filter_map(img, kernel, b, stride):
    """Return the map of one filter, of all images: channel by channel."""
    fh, fw, channels = kernel.shape
    oh = (img.shape[1] - fh) // stride + 1
    ow = (img.shape[2] - fw) // stride + 1
    result = np.zeros((len(img), oh, ow))
    for ch in range(channels):
        one = np.zeros_like(result)
        for i in range(oh):
            for j in range(ow):
                window = img[:, i * stride : i * stride + fh, j * stride : j * stride + fw, ch]
                one[:, i, j] = (window * kernel[:, :, ch].astype(float)).sum(axis=(1, 2))
        result += one + b
    return result
