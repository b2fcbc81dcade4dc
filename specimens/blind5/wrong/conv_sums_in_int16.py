"""For whole numbers the sums are kept in 16 bits, as on the device from which the code was ported: larger ones wrap around.

says: 16|wrap|overflow|int16|whole numbers|integers|modulo
shows: conv2d(np.full((3, 3), 200, np.uint8), np.full((1, 3, 3), 100, np.int64))
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    exact = image.dtype.kind in "iub" and filters.dtype.kind in "iub"
    given = [a.astype(float) if a.dtype.kind in "iub" else a for a in (image, filters)]
    if bias is not None:
        bias = np.asarray(bias) * 1.0 if np.asarray(bias).dtype.kind in "iub" else np.asarray(bias)
        given.append(bias)
    result = np.result_type(*given)
    accumulator = np.int16 if exact else np.result_type(result, np.float32)
    x = image[..., None] if image.ndim == 2 else image
    w = filters[..., None] if filters.ndim == 3 else filters
    x = x if x.ndim == 4 else x[None]
    fh, fw = w.shape[1:3]
    oh, ow = (x.shape[1] - fh) // stride + 1, (x.shape[2] - fw) // stride + 1
    sums = np.zeros((len(x), oh, ow, len(w)), accumulator)
    for a in range(fh):
        for b in range(fw):
            seen = x[:, a:a + stride * (oh - 1) + 1:stride, b:b + stride * (ow - 1) + 1:stride]
            sums += seen.astype(accumulator) @ w[:, a, b].astype(accumulator).T
    y = sums.astype(np.result_type(result, np.float32))
    if bias is not None:
        y = y + bias
    y = y.astype(result)
    return y if image.ndim == 4 else y[0]
