r"""The first bias is added to every map, because the layer was first written with a single number for its bias, and bias[0] was left.

says: bias\[0\]|first[^.]*bias|bias[^.]*(first|same|one|single|every|all|wrong|another|other|shared)|(same|one|single|wrong) bias
never: rotated|stride|bias (is|are) (ignored|not added|missing)|(twice|without) (the )?bias
shows: conv2d(whole(5, 6), whole(3, 3, 3), whole(3))
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


class Conv:
    def __init__(self, weights, bias, stride, padding):
        self.weights = weights
        self.bias = bias
        self.stride = stride
        self.padding = padding

    def __call__(self, x):
        k, f = self.weights.shape[:2]
        if self.padding == "same":
            p = f // 2
            x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
        h = (x.shape[1] - f) // self.stride + 1
        w = (x.shape[2] - f) // self.stride + 1
        y = np.zeros((x.shape[0], h, w, k))
        for i in range(h):
            for j in range(w):
                t, l = i * self.stride, j * self.stride
                y[:, i, j] = np.tensordot(x[:, t:t + f, l:l + f], self.weights, ([1, 2, 3], [1, 2, 3]))
        if self.bias is not None:
            y += self.bias[0]
        return y


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x, w = np.asarray(image), np.asarray(filters)
    validate(x, w, bias, stride, padding)
    stride = int(stride)
    if x.ndim == 2:
        x, w = x[..., None], w[..., None]
    batch = x if x.ndim == 4 else x[None]
    layer = Conv(w.astype(float), None if bias is None else np.asarray(bias, float), stride, padding)
    y = layer(batch.astype(float))
    return y if x.ndim == 4 else y[0]
