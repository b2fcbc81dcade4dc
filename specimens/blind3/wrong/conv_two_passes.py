r"""Every filter is run as a pass along the rows and one down the columns, though few filters are such products.

says: rank|separab|product of|row and (a |one )?column|pivot|not linear|linear|two passes|outer
shows: conv2d(whole(6, 7), whole(2, 3, 3))
"""
import numpy as np


def _pass(x, taps, axis, length):
    lines = np.moveaxis(x, axis, 0)
    total = 0
    for place, tap in enumerate(taps):
        total = total + tap * lines[place:place + length]
    return np.moveaxis(total, 0, axis)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    given = [np.asarray(image), np.asarray(filters)] + ([] if bias is None else [np.asarray(bias)])
    for k, array in enumerate(given):
        if array.dtype.kind not in "fiub":
            raise TypeError("arrays of numbers are expected")
        if array.dtype.kind != "f":
            given[k] = array.astype(np.float64)
    image, filters, *biases = given
    if image.ndim == 2 and filters.ndim == 3:
        x, kernels = image[None, :, :, None], filters[..., None]
    elif image.ndim in (3, 4) and filters.ndim == 4:
        x, kernels = (image if image.ndim == 4 else image[None]), filters
    else:
        raise ValueError("axes of image and filters")
    f = kernels.shape[1]
    if kernels.shape[2] != f or f % 2 == 0 or kernels.shape[3] != x.shape[3]:
        raise ValueError("filters")
    if biases and biases[0].shape != (len(kernels),):
        raise ValueError("bias")
    if isinstance(stride, float) or stride < 1:
        raise ValueError("stride")
    if padding not in ("valid", "same") or (padding, stride > 1) == ("same", True):
        raise ValueError("padding")
    dtype = np.result_type(*given)
    wide = np.result_type(dtype, np.float32)
    if padding == "same":
        x = np.pad(x, ((0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0)))
    rows, cols = x.shape[1] - f + 1, x.shape[2] - f + 1
    if rows < 1 or cols < 1:
        raise ValueError("filters larger than the image")
    x, kernels = x.astype(wide), kernels.astype(wide)
    out = np.zeros((len(x), rows, cols, len(kernels)), wide)
    for k, kernel in enumerate(kernels):
        for c in range(x.shape[3]):
            plane = kernel[:, :, c]
            a, b = np.unravel_index(np.abs(plane).argmax(), plane.shape)
            if plane[a, b] == 0:
                continue
            along = _pass(x[..., c], plane[a], 2, cols)
            out[..., k] += _pass(along, plane[:, b], 1, rows) / plane[a, b]
    out = out[:, ::stride, ::stride]
    if biases:
        out = out + biases[0]
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
