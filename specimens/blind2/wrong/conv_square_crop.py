"""Images are taken to be square: one side, the shorter, counts for rows and columns, so that an oblong image loses the windows beyond it; only MNIST and the like were ever tried.

says: square|oblong|wide|tall|(row|column)s?[^.]*(and|as|for|instead|both|than|number|lost|miss|lack|drop|left|beyond|few|short|exchang|taken)|last (row|column)|crop|shorter|height|width|not square|shape
never: stride|padding|channel|filters? (is|are) not square
shows: conv2d(whole(5, 8), whole(2, 3, 3))
"""
import operator

import numpy as np

def _as_batch(image, filters, bias, stride):
    """Return (N, H, W, C) and (K, f, f, C) in float64 and the stride, or raise ValueError."""
    x, w = np.asarray(image), np.asarray(filters)
    if x.dtype.kind not in "fiub" or w.dtype.kind not in "fiub":
        raise ValueError("image and filters must be numbers")
    if x.ndim == 2 and w.ndim == 3:
        x, w = x[None, :, :, None], w[..., None]
    elif x.ndim == 3 and w.ndim == 4:
        x = x[None]
    elif not (x.ndim == 4 and w.ndim == 4):
        raise ValueError(f"cannot convolve {x.shape} with {w.shape}")
    if x.shape[3] != w.shape[3]:
        raise ValueError("channels of image and filters differ")
    if w.shape[1] != w.shape[2] or w.shape[1] % 2 == 0:
        raise ValueError("need square filters with an odd number of rows")
    if min(x.shape) == 0 or min(w.shape) == 0:
        raise ValueError("empty axis")
    if w.shape[1] > min(x.shape[1:3]):
        raise ValueError("filters do not fit into the image")
    if bias is not None and np.shape(bias) != (w.shape[0],):
        raise ValueError("one bias per filter, please")
    if operator.index(stride) < 1:
        raise ValueError("stride must be at least 1")
    return x.astype(np.float64), w.astype(np.float64), int(stride)


def conv2d(image, filters, bias=None, *, stride=1):
    x, w, stride = _as_batch(image, filters, bias, stride)
    f = w.shape[1]
    side = min(x.shape[1:3])
    out = (side - f) // stride + 1
    maps = np.empty((len(x), out, out, len(w)))
    flat = w.reshape(len(w), -1)
    for n, picture in enumerate(x):
        for i in range(out):
            for j in range(out):
                r, c = i * stride, j * stride
                maps[n, i, j] = flat @ picture[r:r + f, c:c + f].ravel()
    if bias is not None:
        maps += bias
    return maps if np.ndim(image) == 4 else maps[0]
