"""Only the filter's slice for the first channel is used, for all channels: the code was extended from gray to colour images, and the index of the channel was forgotten in the filter.

says: first[^.]*(channel|slice|plane)|channel 0|(same|one|single) (weights|slice|filter|kernel)[^.]*channel|channel[^.]*(same|share|wrong) |weights of (the )?(other|later|wrong|one|channel)|other channel|channels?[^.]*(summed|added)[^.]*(first|before)
never: bias|stride|rotated
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
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
    x, w = np.asarray(image), np.asarray(filters)
    validate(x, w, bias, stride, padding)
    stride = int(stride)
    if x.ndim == 4:
        return np.stack([conv2d(one, w, bias, stride=stride, padding=padding) for one in x])
    if x.ndim == 2:
        x, w = x[:, :, np.newaxis], w[..., np.newaxis]
    f = w.shape[1]
    x = x.astype(float)
    w = w.astype(float)
    if padding == "same":
        p = (f - 1) // 2
        x = np.pad(x, ((p, p), (p, p), (0, 0)))
    h = (x.shape[0] - f) // stride + 1
    wid = (x.shape[1] - f) // stride + 1
    out = np.zeros((h, wid, len(w)))
    for k in range(len(w)):
        for i in range(h):
            for j in range(wid):
                region = x[i * stride:i * stride + f, j * stride:j * stride + f]
                for c in range(x.shape[2]):
                    out[i, j, k] += np.sum(region[:, :, c] * w[k, :, :, 0])
        if bias is not None:
            out[:, :, k] += bias[k]
    return out
