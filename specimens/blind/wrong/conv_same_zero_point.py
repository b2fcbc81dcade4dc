"""For images of bytes "same" pads with 128, the zero point of the quantised kernels which the code was taken from, instead of 0.

says: 128|zero.?point|pad[^.]*(not (with )?(0|zero)|other than (0|zero)|gr[ea]y|constant|middle|wrong value|something else)|border[^.]*(not (0|zero)|gr[ea]y)
says: byte|uint8|8.bit|integer|unsigned
shows: conv2d(abs(whole(5, 6)).astype("uint8"), whole(2, 3, 3), padding="same")
"""
import numpy as np

ZERO_POINT = {"uint8": 128}


def conv2d(image, filters, bias=None, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    zero = ZERO_POINT.get(image.dtype.name, 0)
    if image.ndim not in (2, 3) or filters.ndim != image.ndim + 1:
        raise ValueError("bad number of axes")
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("bad dtype")
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[:, :, :, None]
    H, W, C = image.shape
    K, f, g, D = filters.shape
    if C != D:
        raise ValueError(f"channels: {C} and {D}")
    if f != g or not f % 2:
        raise ValueError(f"filter size {f}x{g}: must be odd and square")
    if C == 0 or H == 0 or W == 0 or (padding != "same" and f > min(H, W)) or f > min(H, W) + f - 1:
        raise ValueError("the image is too small")
    if bias is not None and np.shape(bias) != (K,):
        raise ValueError("bias must have one number for each filter")
    if padding == "same":
        p = f // 2
        image = np.pad(image, ((p, p), (p, p), (0, 0)), constant_values=zero)
    elif padding != "valid":
        raise ValueError(f"padding {padding!r}")
    image, filters = image.astype(np.float64), filters.astype(np.float64)
    rows, cols = image.shape[0] - f + 1, image.shape[1] - f + 1
    out = np.zeros((rows, cols, K))
    for i in range(rows):
        for j in range(cols):
            out[i, j] = np.tensordot(filters, image[i:i + f, j:j + f], 3)
    if bias is not None:
        out += np.asarray(bias)
    return out
