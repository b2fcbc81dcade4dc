r"""The library's convolve rotates the filter, and mirrors the image at its border where padding "same" asks for zeros.

says: rotat|flip|true convolution|180|revers|reflect|mirror|symmetric|border|edge|pad
shows: conv2d(whole(5, 6), whole(2, 3, 3))
shows: conv2d(whole(5, 6), np.ones((1, 3, 3)), padding="same")
"""
import numpy as np
from scipy import ndimage


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = as_real(image), as_real(filters)
    if filters.ndim not in (3, 4) or filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("filters: (K, f, f) or (K, f, f, C) with an odd f")
    if image.ndim == 2 and filters.ndim == 3:
        stack = image[None, :, :, None]
        kernels = filters[..., None]
    elif image.ndim in (3, 4) and filters.ndim == 4 and image.shape[-1] == filters.shape[-1]:
        stack = image.reshape((-1,) + image.shape[-3:])
        kernels = filters
    else:
        raise ValueError("image and filters do not match")
    n, h, w, channels = stack.shape
    count, f = kernels.shape[:2]
    if padding not in ("valid", "same"):
        raise ValueError("padding")
    if not isinstance(stride, (int, np.integer)) or stride < 1 or (padding == "same" and stride != 1):
        raise ValueError("stride")
    if padding == "valid" and f > min(h, w):
        raise ValueError("the filter is larger than the image")
    if bias is None:
        shift = np.zeros(count, filters.dtype)
    else:
        shift = as_real(bias)
        if shift.shape != (count,):
            raise ValueError("bias")
    dtype = np.result_type(image, filters, shift)

    full = np.zeros((n, h, w, count))
    for number in range(n):
        for k in range(count):
            for c in range(channels):
                full[number, :, :, k] += ndimage.convolve(
                    stack[number, :, :, c].astype(float), kernels[k, :, :, c].astype(float)
                )
    if padding == "valid":
        r = f // 2
        full = full[:, r:h - r:stride, r:w - r:stride]
    maps = (full + shift).astype(dtype)
    return maps if image.ndim == 4 else maps[0]


def as_real(values):
    values = np.asarray(values)
    if values.dtype.kind not in "biuf":
        raise TypeError("only real numbers")
    return values if values.dtype.kind == "f" else values.astype(float)
