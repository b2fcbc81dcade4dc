r"""The stride is the distance between the pixels under a filter, and the windows start at every row and column.

says: dilat|atrous|apart|spaced|spread|between (the )?(weights|pixels|taps)|(weights|pixels|taps).*stride|stride.*(weights|pixels|taps|within|inside|between|ignored|not used)
shows: conv2d(whole(7, 8), whole(2, 3, 3), stride=2)
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = np.asarray(image)
    filters = np.asarray(filters)
    _check(image, filters, stride, padding)
    gray, batch = image.ndim == 2, image.ndim == 4
    if image.dtype.kind != "f":
        image = image.astype("f8")
    if filters.dtype.kind != "f":
        filters = filters.astype("f8")
    result = np.result_type(image, filters)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "biuf":
            raise TypeError("bias must be real")
        if bias.shape != filters.shape[:1]:
            raise ValueError("bias must hold one number for each filter")
        result = np.result_type(result, bias if bias.dtype.kind == "f" else np.float64)
    acc = np.result_type(result, np.float32)
    if gray:
        image, filters = image[:, :, np.newaxis], filters[..., np.newaxis]
    if not batch:
        image = image[np.newaxis]
    size = filters.shape[1]
    if padding == "same":
        r = size // 2
        image = np.pad(image, ((0, 0), (r, r), (r, r), (0, 0)))
    reach = (size - 1) * stride + 1
    rows, cols = image.shape[1] - reach + 1, image.shape[2] - reach + 1
    if rows < 1 or cols < 1:
        raise ValueError("the filters do not fit into the image")
    image, filters = image.astype(acc), filters.astype(acc)
    out = np.zeros((len(image), rows, cols, len(filters)), acc)
    for a in range(size):
        for b in range(size):
            y, x = a * stride, b * stride
            out += image[:, y:y + rows, x:x + cols] @ filters[:, a, b].T
    if bias is not None:
        out += bias
    out = out.astype(result)
    return out if batch else out[0]


def _check(image, filters, stride, padding):
    if image.dtype.kind not in "biuf" or filters.dtype.kind not in "biuf":
        raise TypeError("image and filters must be real")
    if image.ndim not in (2, 3, 4) or filters.ndim != max(3, min(image.ndim + 1, 4)):
        raise ValueError(f"image {image.shape} and filters {filters.shape}")
    if image.ndim > 2 and image.shape[-1] != filters.shape[-1]:
        raise ValueError("image and filters differ in their channels")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("filters must be square, of odd size")
    if int(stride) != stride or stride < 1:
        raise ValueError("stride must be a positive whole number")
    if padding not in ("valid", "same") or (padding == "same" and stride > 1):
        raise ValueError("this padding is not possible")
