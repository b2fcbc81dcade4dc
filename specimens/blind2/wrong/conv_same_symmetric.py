"""With padding "same" the image is mirrored about its border (d c b a | a b c d) instead of being surrounded by zeros; the results were compared with scipy.ndimage.correlate, which does so by default.

says: mirror|reflect|symmetric|border|edge|pad(ding|ded|s)?[^.]*(zero|not 0|image|pixel)|instead of zeros?|not (by |with )?zeros?|repeat|replicat|around the image
never: stride|rotated|wraps? around|periodic
shows: conv2d(whole(5, 6), whole(2, 3, 3), padding="same")
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


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters, stride = _check(image, filters, bias, stride, padding)
    if image.ndim == 2:
        image, filters = np.expand_dims(image, -1), np.expand_dims(filters, -1)
    single = image.ndim == 3
    images = image[None] if single else image
    f = filters.shape[1]
    if padding == "same":
        r = f // 2
        images = np.pad(images, ((0, 0), (r, r), (r, r), (0, 0)), mode="symmetric")
    rows = (images.shape[1] - f) // stride + 1
    columns = (images.shape[2] - f) // stride + 1
    result = np.zeros((len(images), rows, columns, len(filters)))
    for a, b in np.ndindex(f, f):
        pixels = images[:, a:a + stride * rows:stride, b:b + stride * columns:stride]
        result += pixels.astype(np.float64) @ filters[:, a, b].T.astype(np.float64)
    if bias is not None:
        result += np.asarray(bias)
    return result[0] if single else result
