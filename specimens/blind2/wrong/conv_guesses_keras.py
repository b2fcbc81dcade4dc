r"""The layout of the filters is guessed from their shape, so that files of Keras could be read: where filters, rows, columns and channels are equally many (three filters of 3x3 for RGB), they are taken for (f, f, C, K).

says: layout|HWIO|\(f, f, C, K\)|keras|tensorflow|(axes|axis|filters?|weights|kernel)[^.]*(transpos|permut|exchang|swap|order|read as|taken (for|as)|moved|interchang|mixed|confus|rearrang|reshap)|as many (filters|channels)|(three|3) filters
never: rotated|stride|bias
shows: conv2d(whole(5, 6, 3), whole(3, 3, 3, 3))
"""
import operator

import numpy as np

class Conv2DError(ValueError):
    pass


def validate(x, w, b, s, pad):
    if x.dtype.kind not in "biuf" or w.dtype.kind not in "biuf":
        raise Conv2DError("numeric input only")
    if x.ndim == 2:
        if w.ndim != 3:
            raise Conv2DError("a gray image needs filters (K, f, f)")
    elif x.ndim in (3, 4):
        if w.ndim != 4:
            raise Conv2DError("an image with channels needs filters (K, f, f, C)")
        if w.shape[3] != x.shape[-1]:
            raise Conv2DError("channel mismatch: %d and %d" % (x.shape[-1], w.shape[3]))
    else:
        raise Conv2DError("image must have 2, 3 or 4 axes")
    if not x.size or not w.size:
        raise Conv2DError("nothing in it")
    if w.shape[1] != w.shape[2]:
        raise Conv2DError("filter is not square")
    if w.shape[1] % 2 != 1:
        raise Conv2DError("filter size must be odd")
    if b is not None and np.asarray(b).shape != w.shape[:1]:
        raise Conv2DError("bias must be (K,)")
    if operator.index(s) <= 0:
        raise Conv2DError("stride must be positive")
    if pad not in ("same", "valid"):
        raise Conv2DError("unknown padding")
    if pad == "same" and s != 1:
        raise Conv2DError("same padding needs stride 1")
    rows, cols = (x.shape if x.ndim == 2 else x.shape[-3:-1])
    if pad == "valid" and (w.shape[1] > rows or w.shape[1] > cols):
        raise Conv2DError("filter larger than image")


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    validate(image, filters, bias, stride, padding)
    stride = int(stride)
    if filters.ndim == 4 and filters.shape[0] == filters.shape[1] and filters.shape[2] == image.shape[-1]:
        filters = filters.transpose(3, 0, 1, 2)  # from HWIO
    if image.ndim == 2:
        image, filters = image[..., None], filters[..., None]
    f = filters.shape[1]
    if padding == "same":
        p = f // 2
        image = np.pad(image, ((0, 0),) * (image.ndim - 3) + ((p, p), (p, p), (0, 0)))
    patches = np.lib.stride_tricks.sliding_window_view(image, (f, f), axis=(-3, -2))
    patches = patches[..., ::stride, ::stride, :, :, :].astype(np.float64)
    maps = np.tensordot(patches, filters.astype(np.float64), ([-3, -2, -1], [3, 1, 2]))
    if bias is not None:
        maps = maps + bias
    return maps
