"""The stride makes the maps smaller, but the windows still move on by one pixel: the index of the map is used for the image without being multiplied by the stride.

says: strid|every pixel|step of (1|one)|(1|one) (pixel|row)|neighbou?r|next to|top left|upper left|crop|dense
never: padding|dilat|rotated|bias
shows: conv2d(whole(8, 9), whole(2, 3, 3), stride=2)
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
        image, filters = image[..., None], filters[..., None]
    f = filters.shape[1]
    if padding == "same":
        margin = [(0, 0)] * (image.ndim - 3) + [(f // 2, f // 2)] * 2 + [(0, 0)]
        image = np.pad(image, margin)
    out_h = (image.shape[-3] - f) // stride + 1
    out_w = (image.shape[-2] - f) // stride + 1
    result = np.zeros(image.shape[:-3] + (out_h, out_w, filters.shape[0]))
    kernel = filters.reshape(len(filters), -1).astype("float64")
    for row in range(out_h):
        for col in range(out_w):
            patch = image[..., row:row + f, col:col + f, :].astype("float64")
            patch = patch.reshape(image.shape[:-3] + (-1,))
            result[..., row, col, :] = patch @ kernel.T
    if bias is not None:
        result += np.asarray(bias)
    return result
