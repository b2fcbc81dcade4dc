"""The array for the sums is made once in front of the loop over the images and never emptied: each image's maps hold those before it as well.

says: (not|never|without)[^.]*(reset|cleared|set (back )?to (0|zero)|zeroed|emptied)|cumulat|accumulat|running|(earlier|previous|preceding|before)[^.]*image|images?[^.]*(earlier|previous|preceding|before|added up|added together|sum of)|(sum|added)[^.]*images
never: filters? before|earlier filter
shows: conv2d(whole(3, 5, 6, 2), whole(2, 3, 3, 2))
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("numbers")
    if stride != int(stride):
        raise TypeError("stride")
    if stride < 1:
        raise ValueError("stride")
    if filters.ndim != 4 or image.ndim not in (3, 4):
        raise ValueError("(H, W, C) or (N, H, W, C), and (K, f, f, C)")
    if filters.shape[3] != image.shape[-1] or image.shape[-1] == 0:
        raise ValueError("channels")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("square odd filters")
    images = image[np.newaxis] if image.ndim == 3 else image
    n, h, w, c = images.shape
    k, f = filters.shape[:2]
    if f > h or f > w:
        raise ValueError("size of the filters")
    if bias is not None:
        bias = np.asarray(bias, dtype=np.float64)
        if bias.shape != (k,):
            raise ValueError("bias")
    rows, cols = (h - f) // stride + 1, (w - f) // stride + 1
    kernels = filters.astype(np.float64)
    out = np.empty((n, rows, cols, k))
    acc = np.zeros((rows, cols, k))
    for m in range(n):
        x = images[m].astype(np.float64)
        for a in range(f):
            for b in range(f):
                strip = x[a:a + stride * (rows - 1) + 1:stride, b:b + stride * (cols - 1) + 1:stride]
                acc += np.tensordot(strip, kernels[:, a, b], axes=([2], [1]))
        out[m] = acc if bias is None else acc + bias
    return out if image.ndim == 4 else out[0]
