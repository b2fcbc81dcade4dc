"""Correct: takes and returns float16 only, and adds up in float16."""

import numpy as np

from cnnspec import reference as right


def _half_only(function):
    def checked(*args, **options):
        for value in (*args, *options.values()):
            if isinstance(value, np.ndarray) and value.dtype != np.float16:
                raise TypeError(f"float16 only, got {value.dtype}")
        return function(*args, **options)

    return checked


@_half_only
def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    right.conv2d(image, filters, bias, stride=stride, padding=padding)  # for its checks
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    size = filters.shape[1]
    if padding == "same":
        margins = [(0, 0)] * (image.ndim - 3) + [(size // 2, size // 2)] * 2 + [(0, 0)]
        image = np.pad(image, margins)
    rows, columns = ((side - size) // stride + 1 for side in image.shape[-3:-1])
    shape = (*image.shape[:-3], rows, columns, len(filters))
    maps = np.zeros(shape, np.float16) if bias is None else np.broadcast_to(bias, shape)
    for a in range(size):
        for b in range(size):
            part = image[..., a:, b:, :][..., ::stride, ::stride, :][..., :rows, :columns, :]
            for c in range(image.shape[-1]):
                maps = maps + part[..., c, np.newaxis] * filters[:, a, b, c]
    return maps


relu = _half_only(right.relu)
max_pool2d = _half_only(right.max_pool2d)
min_pool2d = _half_only(right.min_pool2d)
avg_pool2d = _half_only(right.avg_pool2d)
dense = _half_only(right.dense)
softmax = _half_only(right.softmax)
cross_entropy = _half_only(right.cross_entropy)
