"""The bias is looked up by the filter's number within its group: every group gets the biases of the first one.

says: bias[^.]*(group|wrong (map|filter)|first|index|another|other|repeat|order)|group[^.]*bias
shows: conv2d(np.ones((4, 4, 2)), np.ones((2, 3, 3, 1)), np.array([1.0, 10.0]), groups=2)
"""
import numpy as np


def as_two(v):
    if np.ndim(v) == 0:
        return v, v
    return v[0], v[1]


def to_float(a):
    a = np.asarray(a)
    if a.dtype.kind in "bui":
        return a.astype(np.float64)
    return a


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", dilation=1, groups=1):
    image = to_float(image)
    filters = to_float(filters)
    if bias is None:
        dtype = np.result_type(image, filters)
        bias = np.zeros(len(filters))
    else:
        bias = to_float(bias)
        dtype = np.result_type(image, filters, bias)
    calc = np.result_type(dtype, "f4")

    if image.ndim == 2:
        imgs = image.reshape((1,) + image.shape + (1,))
        filters = filters.reshape(filters.shape + (1,))
    elif image.ndim == 3:
        imgs = image[np.newaxis]
    else:
        imgs = image
    N, H, W, C = imgs.shape
    K, f, g, _ = filters.shape
    s, t = as_two(stride)
    d, e = as_two(dilation)
    R, Q = (f - 1) * d + 1, (g - 1) * e + 1

    if isinstance(padding, str) and padding == "same":
        rows = max((-(-H // s) - 1) * s + R - H, 0)
        cols = max((-(-W // t) - 1) * t + Q - W, 0)
        margins = (rows // 2, rows - rows // 2), (cols // 2, cols - cols // 2)
    elif isinstance(padding, str):
        margins = (0, 0), (0, 0)
    else:
        p, q = as_two(padding)
        margins = as_two(p), as_two(q)
    imgs = np.pad(imgs, ((0, 0), margins[0], margins[1], (0, 0)))
    Ho = (imgs.shape[1] - R) // s + 1
    Wo = (imgs.shape[2] - Q) // t + 1

    imgs = np.ascontiguousarray(imgs, dtype=calc)
    n0, h0, w0, c0 = imgs.strides
    columns = np.lib.stride_tricks.as_strided(
        imgs,
        shape=(N, Ho, Wo, f, g, C),
        strides=(n0, h0 * s, w0 * t, h0 * d, w0 * e, c0),
        writeable=False,
    )
    filters = filters.astype(calc)
    out = np.empty((N, Ho, Wo, K), dtype=calc)
    per_group, channels = K // groups, C // groups
    for group in range(groups):
        seen = columns[..., group * channels:(group + 1) * channels]
        seen = seen.reshape(N, Ho, Wo, f * g * channels)
        for k in range(per_group):
            w = filters[group * per_group + k].ravel()
            out[..., group * per_group + k] = seen @ w + bias[k].astype(calc)
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
