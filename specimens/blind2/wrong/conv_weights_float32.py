"""The filters are kept in single precision, as checkpoints hold them, also if they and the image are float64: the maps are only right to seven digits.

says: float32|single|half as precise|precis|rounded|(7|seven) digits|digits|f4
never: float16|half precision|bfloat|rotated|stride
shows: conv2d(np.ones((3, 3)), np.full((1, 3, 3), 1e6 + 1 / 3))
"""
import operator

import numpy as np

def _check(image, filters, bias, stride, padding):
    image, filters = np.asarray(image), np.asarray(filters)
    for array in (image, filters):
        if array.dtype.kind not in "fiub":
            raise TypeError(f"real numbers expected, got {array.dtype}")
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4), (4, 4)):
        raise ValueError(f"shapes do not go together: image {image.shape}, filters {filters.shape}")
    if image.ndim > 2 and image.shape[-1] != filters.shape[-1]:
        raise ValueError(f"{image.shape[-1]} channels, but filters for {filters.shape[-1]}")
    f = filters.shape[1]
    if f != filters.shape[2] or f % 2 == 0:
        raise ValueError(f"filters must be square and odd, got {filters.shape}")
    if 0 in image.shape or 0 in filters.shape:
        raise ValueError("empty")
    if bias is not None and np.shape(bias) != (len(filters),):
        raise ValueError(f"{len(filters)} biases expected, got shape {np.shape(bias)}")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError(f"stride {stride}")
    if padding not in ("valid", "same") or (padding == "same" and stride > 1):
        raise ValueError(f"padding {padding!r} with stride {stride}")
    h, w = image.shape[-3:-1] if image.ndim > 2 else image.shape
    if padding == "valid" and f > min(h, w):
        raise ValueError(f"filters of {f} do not fit into {h}x{w}")
    return image, filters, stride


class Weights:
    """Filters and biases of a layer, laid out for a product of matrices."""

    def __init__(self, filters):
        self.count, self.size = filters.shape[:2]
        self.matrix = np.ascontiguousarray(filters, dtype=np.float32).reshape(self.count, -1)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters, stride = _check(image, filters, bias, stride, padding)
    weights = Weights(filters)
    f = weights.size
    if image.ndim == 2:
        image = image[..., None]
    if padding == "same":
        m = (f - 1) // 2
        image = np.pad(image, [(0, 0)] * (image.ndim - 3) + [(m, m), (m, m), (0, 0)])
    rows = (image.shape[-3] - f) // stride + 1
    columns = (image.shape[-2] - f) // stride + 1
    maps = np.empty(image.shape[:-3] + (rows, columns, weights.count))
    matrix = weights.matrix.astype(np.float64)
    for i, j in np.ndindex(rows, columns):
        y, x = i * stride, j * stride
        window = image[..., y:y + f, x:x + f, :].astype(np.float64)
        maps[..., i, j, :] = window.reshape(image.shape[:-3] + (-1,)) @ matrix.T
    return maps if bias is None else maps + np.asarray(bias)
