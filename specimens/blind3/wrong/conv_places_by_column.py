r"""The windows are gathered column by column, and their answers laid out row by row.

says: transpos|rows? and columns?|columns? and rows?|column by column|column.major|fortran|interchang|swap|order of the (windows|places|elements)|scrambl|places
never: (filters?|images?|kernels?) (is|are) transposed
shows: conv2d(whole(5, 7), whole(2, 3, 3))
"""
import numpy as np


def im2col(x, f, stride):
    h, w, _ = x.shape
    columns = []
    for j in range(0, w - f + 1, stride):
        for i in range(0, h - f + 1, stride):
            columns.append(x[i:i + f, j:j + f].ravel())
    return np.array(columns).T


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    for a in (image, filters):
        if a.dtype.kind not in "fiub":
            raise TypeError("numbers, please")
    if image.dtype.kind != "f":
        image = image.astype(float)
    if filters.dtype.kind != "f":
        filters = filters.astype(float)
    if image.ndim not in (2, 3, 4) or filters.ndim not in (3, 4):
        raise ValueError("wrong number of axes")
    if (image.ndim == 2) != (filters.ndim == 3):
        raise ValueError("channels in one, but not in the other")
    if image.ndim == 4:
        maps = [conv2d(one, filters, bias, stride=stride, padding=padding) for one in image]
        return np.array(maps)
    if image.ndim == 2:
        image, filters = image[..., None], filters[..., None]
    K, f, f2, C = filters.shape
    if f != f2 or f % 2 != 1 or C != image.shape[2]:
        raise ValueError(f"filters {filters.shape} do not fit the image {image.shape}")
    if padding not in ("valid", "same"):
        raise ValueError("unknown padding")
    if not isinstance(stride, (int, np.integer)):
        raise TypeError("stride must be whole")
    if stride < 1 or (padding == "same" and stride != 1):
        raise ValueError("bad stride")
    dt = np.promote_types(image.dtype, filters.dtype)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("numbers, please")
        if bias.dtype.kind != "f":
            bias = bias.astype(float)
        if bias.shape != (K,):
            raise ValueError("bias")
        dt = np.promote_types(dt, bias.dtype)
    inner = np.promote_types(dt, np.float32)
    if padding == "same":
        p = (f - 1) // 2
        image = np.pad(image, [(p, p), (p, p), (0, 0)])
    H, W, _ = image.shape
    if f > H or f > W:
        raise ValueError("filter too large")
    H2, W2 = (H - f) // stride + 1, (W - f) // stride + 1
    col = im2col(image.astype(inner), f, stride)
    res = filters.reshape(K, -1).astype(inner) @ col
    if bias is not None:
        res = res + bias[:, None]
    return res.reshape(K, H2, W2).transpose(1, 2, 0).astype(dt)
