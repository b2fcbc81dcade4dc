"""In the loop over the images of a batch the gradient of the filters is assigned and not added: that of the last image is left.

apart: forward passes only are known to calls.py; see verify.py
says: last image|(batch|images)[^.]*(last|one|only|not summed|not added|single|ignor|first|sum)|(one|single) image|assign|overwrit|only the (last|first)|not (summed|added) (up )?over
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def _pair(v):
    return tuple(v) if isinstance(v, (list, tuple)) else (v, v)


def _margins(padding, lengths, reach, stride):
    if isinstance(padding, str):
        if padding == "valid":
            return [(0, 0), (0, 0)]
        zeros = [max((-(-n // s) - 1) * s + r - n, 0) for n, r, s in zip(lengths, reach, stride)]
        return [(z // 2, z - z // 2) for z in zeros]
    return [_pair(side) for side in _pair(padding)]


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid", dilation=1, groups=1):
    grad, image, filters = (
        a.astype(np.float64) if a.dtype.kind in "iub" else a for a in map(np.asarray, (grad, image, filters))
    )
    work = np.result_type(grad, image, filters, np.float32)
    images = image.reshape((1,) * (image.ndim < 4) + image.shape + (1,) * (image.ndim == 2))
    kernels = filters.reshape(filters.shape + (1,) * (filters.ndim == 3)).astype(work)
    grads = (grad if grad.ndim == 4 else grad[np.newaxis]).astype(work)
    stride, dilation = _pair(stride), _pair(dilation)
    size = kernels.shape[1:3]
    reach = [d * (f - 1) + 1 for d, f in zip(dilation, size)]
    (top, bottom), (left, right) = _margins(padding, images.shape[1:3], reach, stride)
    height, width = images.shape[1:3]
    padded = np.ascontiguousarray(np.pad(images, ((0, 0), (top, bottom), (left, right), (0, 0))).astype(work))

    rows, columns, count = grads.shape[1:]
    channels, each = kernels.shape[3], count // groups
    d_padded, d_filters = np.zeros_like(padded), np.zeros_like(kernels)
    for n in range(len(padded)):
        for g in range(groups):
            mine, seen = slice(g * each, (g + 1) * each), slice(g * channels, (g + 1) * channels)
            x = padded[n, :, :, seen]
            y, z, c = x.strides
            patches = as_strided(
                x, (rows, columns, *size, channels),
                (y * stride[0], z * stride[1], y * dilation[0], z * dilation[1], c), writeable=False,
            )
            d_filters[mine] = np.tensordot(grads[n, :, :, mine], patches, axes=((0, 1), (0, 1)))
            d_patches = np.tensordot(grads[n, :, :, mine], kernels[mine], axes=1)
            for i in range(rows):
                for j in range(columns):
                    u, v = i * stride[0], j * stride[1]
                    d_padded[n, u:u + reach[0]:dilation[0], v:v + reach[1]:dilation[1], seen] += d_patches[i, j]
    d_image = d_padded[:, top:top + height, left:left + width].reshape(image.shape)
    d_bias = grads.sum(axis=(0, 1, 2))
    return (
        d_image.astype(np.result_type(grad, filters)),
        d_filters.reshape(filters.shape).astype(np.result_type(grad, image)),
        d_bias.astype(grad.dtype),
    )
