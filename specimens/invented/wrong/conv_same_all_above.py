"""For "same" all f - 1 zeros are put above and to the left, as in a causal convolution over time: the maps are shifted by (f - 1) / 2.

says: pad[^.]*(top|left|before|above|one side|first|in front|shift)|(top|left|before|above|one side|in front)[^.]*(pad|zero)|(zero)[^.]*(top|left|before|above|one side|in front)|causal|shift|"same"[^.]*(too (far|early)|moved|offset)
never: edge (pixel|value)|mirror|reflect|wrap
shows: conv2d(whole(5, 6), whole(2, 3, 3), padding="same")
"""
import numpy as np


def _check(image, filters, bias, stride, padding):
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4)):
        raise ValueError(f"shapes do not go together: {image.shape}, {filters.shape}")
    if image.ndim == 3 and image.shape[2] != filters.shape[3]:
        raise ValueError("image and filters differ in channels")
    if filters.shape[1] != filters.shape[2]:
        raise ValueError("filters are not square")
    if not filters.shape[1] % 2:
        raise ValueError("filters are of even size")
    if 0 in image.shape or 0 in filters.shape[1:]:
        raise ValueError("empty")
    if bias is not None and np.shape(bias) != (len(filters),):
        raise ValueError("one bias per filter")
    if not isinstance(stride, (int, np.integer)):
        raise TypeError("stride is no integer")
    if stride < 1:
        raise ValueError("stride < 1")
    if padding not in ("valid", "same"):
        raise ValueError(f"unknown padding {padding!r}")
    if padding == "same" and stride != 1:
        raise ValueError("'same' needs stride 1")


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    for array in (image, filters):
        if array.dtype.kind not in "fiub":
            raise TypeError("not a real array")
    _check(image, filters, bias, stride, padding)
    x = image.astype(float)
    weights = filters.astype(float)
    if x.ndim == 2:
        x, weights = x[..., None], weights[..., None]
    n, size = weights.shape[:2]
    if padding == "same":
        x = np.pad(x, ((size - 1, 0), (size - 1, 0), (0, 0)))
    if size > min(x.shape[:2]):
        raise ValueError("filter larger than image")
    rows = (x.shape[0] - size) // stride + 1
    cols = (x.shape[1] - size) // stride + 1
    maps = np.zeros((rows, cols, n))
    for r in range(rows):
        for q in range(cols):
            patch = x[r * stride:r * stride + size, q * stride:q * stride + size]
            maps[r, q] = np.tensordot(weights, patch, axes=3)
    return maps if bias is None else maps + np.asarray(bias, float)
