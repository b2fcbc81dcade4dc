r"""Four channels are taken at a time; those that remain get the weights of the first ones.

says: channel.*(4|four|last|beyond|remain|rest|multiple|weights? of|first|another|other)|multiple.*4|(4|four).*channel
shows: conv2d(whole(5, 6, 5), whole(2, 3, 3, 5))
shows: conv2d(whole(2, 4, 4, 7), whole(2, 3, 3, 7), stride=2)
"""
import numpy as np


def _array(a, name):
    a = np.asarray(a)
    if a.dtype.kind in "iub":
        a = a.astype(np.float64)
    if a.dtype.kind != "f":
        raise TypeError(name + " must be numeric")
    return a


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = _array(image, "image"), _array(filters, "filters")
    if image.ndim == 2 and filters.ndim == 3:
        images, filters = image[None, ..., None], filters[..., None]
    elif image.ndim == 3 and filters.ndim == 4:
        images = image[None]
    elif image.ndim == 4 and filters.ndim == 4:
        images = image
    else:
        raise ValueError("image and filters: wrong axes")
    count, f, f_, depth = filters.shape
    if f != f_:
        raise ValueError("not square")
    if f % 2 == 0:
        raise ValueError("even")
    if depth != images.shape[3]:
        raise ValueError("other channels")
    if not isinstance(stride, (int, np.integer)):
        raise TypeError("stride")
    if stride < 1:
        raise ValueError("stride")
    kinds = [image, filters]
    if bias is not None:
        bias = _array(bias, "bias")
        if bias.shape != (count,):
            raise ValueError("bias")
        kinds.append(bias)
    dtype = np.result_type(*kinds)
    work = np.result_type(dtype, np.float32)
    if padding == "same":
        if stride > 1:
            raise ValueError("same with a stride")
        edge = (f // 2, f // 2)
        images = np.pad(images, ((0, 0), edge, edge, (0, 0)))
    elif padding != "valid":
        raise ValueError("padding")
    n, h, w, _ = images.shape
    if h < f or w < f:
        raise ValueError("too large")
    rows, cols = (h - f) // stride + 1, (w - f) // stride + 1
    images, filters = images.astype(work), filters.astype(work)

    out = np.zeros((n, rows, cols, count), work)
    if bias is not None:
        out += bias.astype(work)
    blocks = depth // 4 * 4
    for a in range(f):
        for b in range(f):
            at = images[:, a:a + rows * stride:stride, b:b + cols * stride:stride]
            for c in range(0, blocks, 4):
                out += at[..., c:c + 4] @ filters[:, a, b, c:c + 4].T
            for t in range(depth - blocks):
                out += at[..., blocks + t, None] * filters[:, a, b, t]
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
