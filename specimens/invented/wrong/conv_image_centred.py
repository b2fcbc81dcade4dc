"""The mean of the image is subtracted before the filters are laid on, a step of preprocessing that slipped into the layer.

says: (mean|average)[^.]*(subtract|remov|taken (off|away)|minus)|(subtract|remov|minus|centr|cent(e)?red|shifted)[^.]*(mean|average|image)|zero[- ]mean
never: (mean|average) of (the )?channels
shows: conv2d(whole(5, 6) + 7, whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("no real numbers")
    if type(stride) is float or stride < 1:
        raise ValueError("the stride must be an integer from 1")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4 or image.shape[-1] != filters.shape[-1]:
        raise ValueError("image and filters do not fit together")
    k, fh, fw, c = filters.shape
    if fh != fw or fh % 2 == 0:
        raise ValueError("filters must be square and odd")
    if fh > image.shape[0] or fw > image.shape[1] or c == 0:
        raise ValueError("filters exceed the image")
    if bias is not None and np.asarray(bias).shape != (k,):
        raise ValueError("bias has another length than the filters")

    x = image.astype(np.float64)
    x -= x.mean()
    h_out = (x.shape[0] - fh) // stride + 1
    w_out = (x.shape[1] - fw) // stride + 1
    out = np.empty((h_out, w_out, k))
    w_mat = filters.reshape(k, fh * fw * c).astype(np.float64)
    for i in range(h_out):
        for j in range(w_out):
            patch = x[i * stride:i * stride + fh, j * stride:j * stride + fw]
            out[i, j] = w_mat @ patch.reshape(-1)
    if bias is not None:
        out += np.asarray(bias)
    return out
