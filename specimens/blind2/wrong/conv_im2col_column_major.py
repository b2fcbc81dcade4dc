"""The patches are listed down the columns, as MATLAB's im2col does, but the products are folded back into maps along the rows, so that every value stands at a wrong place (square maps are transposed).

says: transpos|column.?major|(row|column)s?[^.]*(order|exchang|swap|interchang|fold|reshap|mixed|major|confus)|(order|place|position|shuffl|scrambl|permut|reshap|fold|rearrang|arrang)
never: stride|filters? (is|are) (rotated|transposed)|padding
shows: conv2d(whole(5, 5), whole(2, 3, 3))
shows: conv2d(whole(5, 7), whole(2, 3, 3))
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


def im2col(x, f, stride):
    rows = range(0, x.shape[0] - f + 1, stride)
    cols = range(0, x.shape[1] - f + 1, stride)
    patches = [x[r:r + f, c:c + f].ravel() for c in cols for r in rows]
    return np.array(patches), len(rows), len(cols)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters, stride = _check(image, filters, bias, stride, padding)
    if image.ndim == 4:
        return np.stack([conv2d(x, filters, bias, stride=stride, padding=padding) for x in image])
    x = image.astype(np.float64)
    w = filters.astype(np.float64).reshape(len(filters), -1)
    f = filters.shape[1]
    if padding == "same":
        x = np.pad(x, [(f // 2, f // 2)] * 2 + [(0, 0)] * (x.ndim - 2))
    patches, rows, cols = im2col(x, f, stride)
    y = patches @ w.T
    if bias is not None:
        y = y + np.asarray(bias)
    return y.reshape(rows, cols, -1)
