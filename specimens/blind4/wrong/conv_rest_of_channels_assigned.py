"""Channels are summed in blocks of four, and the one to three that remain are assigned in the place of the sum.

says: channels?[^.]*(4|four|block|multiple|remain|rest|last|first|over|lost|only|ignor|not |assign)|(block|first (4|four))[^.]*(channel|lost|overwrit)
shows: conv2d(np.ones((3, 3, 5)), np.ones((1, 3, 3, 5)))
"""
import numpy as np

BLOCK = 4


def pair_of(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def same(length, reach, step):
    count = (length + step - 1) // step
    zeros = max(0, (count - 1) * step + reach - length)
    return zeros // 2, zeros - zeros // 2


def as_real(values):
    values = np.asarray(values)
    return values if values.dtype.kind == "f" else values.astype("float64")


def correlate(planes, kernels, steps, gaps, shape):
    """Sum over the channels of planes (N, H, W, c) and kernels (f, g, c)."""
    total = np.zeros((len(planes), *shape), planes.dtype)
    for a, b in np.ndindex(kernels.shape[:2]):
        y, x = a * gaps[0], b * gaps[1]
        part = planes[:, y::steps[0], x::steps[1]][:, :shape[0], :shape[1]]
        total += (part * kernels[a, b]).sum(axis=-1)
    return total


def conv2d(image, filters, bias=None, *, stride=1, padding="valid", dilation=1, groups=1):
    image, filters = as_real(image), as_real(filters)
    kinds = [image.dtype, filters.dtype]
    if bias is not None:
        bias = as_real(bias)
        kinds.append(bias.dtype)
    kind = np.result_type(*kinds)
    inner = np.result_type(kind, np.float32)
    single = image.ndim < 4
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    if single:
        image = image[np.newaxis]
    steps, gaps = pair_of(stride), pair_of(dilation)
    reach = [gap * (size - 1) + 1 for gap, size in zip(gaps, filters.shape[1:3])]
    if padding == "same":
        margins = [same(image.shape[1 + i], reach[i], steps[i]) for i in range(2)]
    elif padding == "valid":
        margins = [(0, 0), (0, 0)]
    else:
        margins = [pair_of(side) for side in pair_of(padding)]
    image = np.pad(image, [(0, 0), *margins, (0, 0)]).astype(inner)
    filters = filters.astype(inner)
    shape = [(image.shape[1 + i] - reach[i]) // steps[i] + 1 for i in range(2)]

    count, channels = len(filters), filters.shape[3]
    maps = np.zeros((len(image), *shape, count), inner)
    for k in range(count):
        first = k // (count // groups) * channels
        planes = image[..., first:first + channels]
        whole = channels // BLOCK * BLOCK
        for c in range(0, whole, BLOCK):
            maps[..., k] += correlate(
                planes[..., c:c + BLOCK], filters[k, :, :, c:c + BLOCK], steps, gaps, shape
            )
        if whole < channels:
            maps[..., k] = correlate(planes[..., whole:], filters[k, :, :, whole:], steps, gaps, shape)
        if bias is not None:
            maps[..., k] += bias[k].astype(inner)
    maps = maps.astype(kind)
    return maps[0] if single else maps
