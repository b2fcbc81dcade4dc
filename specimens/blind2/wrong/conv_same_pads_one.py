r"""With padding "same" one pixel is added on every side, whatever the size of the filter: right for 3x3, for which the code was written, but maps of 1x1 filters are larger than the image and those of 5x5 smaller.

says: pad(s|ded|ding)?\b[^.]*(one|1|fixed|constant|3x3|whatever|always|f\b|size|width|amount|too)|(one|1|fixed|constant) (pixel|row|zero|border)|"same"[^.]*(size|shape|3x3|only|one|1|pad|small|large)|margin
never: stride|edge|reflect|mirror
shows: conv2d(whole(7, 8), whole(2, 5, 5), padding="same")
shows: conv2d(whole(5, 6), whole(2, 1, 1), padding="same")
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


PAD = 1


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x = np.asarray(image)
    w = np.asarray(filters)
    validate(x, w, bias, stride, padding)
    stride = int(stride)
    if x.ndim == 2:
        x, w = x[..., None], w[..., None]
    x, w = x.astype(np.float64), w.astype(np.float64)
    if padding == "same":
        border = [(0, 0)] * (x.ndim - 3) + [(PAD, PAD), (PAD, PAD), (0, 0)]
        x = np.pad(x, border, mode="constant")
    f = w.shape[1]
    if f > min(x.shape[-3:-1]):
        raise Conv2DError("filter larger than padded image")
    win = np.lib.stride_tricks.sliding_window_view(x, (f, f), axis=(-3, -2))
    win = win[..., ::stride, ::stride, :, :, :]
    y = np.einsum("...cab,kabc->...k", win, w)
    if bias is not None:
        y = y + np.asarray(bias)
    return y
