"""Sums of windows by cumulative sums in one axis after the other, divided by counts of the same kind.
"""
import numpy as np


def pair(v):
    return (int(v[0]), int(v[1])) if np.ndim(v) else (int(v), int(v))


def avg_pool2d(maps, size=2, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True):
    x = np.asarray(maps)
    if x.ndim not in (3, 4):
        raise ValueError("maps must have 3 or 4 axes")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    sizes = pair(size)
    steps = sizes if stride is None else pair(stride)
    pads = pair(padding)
    sums = x.astype(np.float64)
    counts = np.ones(())
    for axis, k, s, p in zip((-3, -2), sizes, steps, pads):
        n = sums.shape[axis]
        if k < 1 or s < 1:
            raise ValueError("sizes and strides start at 1")
        if not 0 <= p <= k // 2:
            raise ValueError("padding must be at most half the window")
        left = n + 2 * p - k
        if left < 0 and not ceil_mode:
            raise ValueError("window larger than the map")
        number = (left + s - 1 if ceil_mode else left) // s + 1
        if (number - 1) * s >= n + p:
            number -= 1
        if number < 1:
            raise ValueError("no window at all")
        starts = np.arange(number) * s - p
        low, high = starts.clip(0, n), (starts + k).clip(0, n)
        parts = [sums.take(range(a, b), axis=axis).sum(axis=axis, keepdims=True) for a, b in zip(low, high)]
        sums = np.concatenate(parts, axis=axis)
        inside = high - low if not count_include_pad else np.minimum(starts + k, n + p) - starts
        counts = np.multiply.outer(counts, inside)
    return (sums / counts[..., np.newaxis]).astype(x.dtype)
