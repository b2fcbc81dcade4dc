"""A stride for each axis is read as (columns, rows).

says: stride|swap|axis
shows: max_pool2d(whole(7, 8, 2), 2, (1, 3))
"""
import numpy as np

def two(v):
    return v if isinstance(v, tuple) else (v, v)


def max_pool2d(maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    x = np.asarray(maps)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    if x.ndim not in (3, 4):
        raise ValueError("axes")
    k, p, d = two(size), two(padding), two(dilation)
    s = k if stride is None else two(stride)[::-1]
    if min(k) < 1 or min(s) < 1 or min(d) < 1 or min(p) < 0 or p[0] > k[0] // 2 or p[1] > k[1] // 2:
        raise ValueError("an option is out of range")
    along = []
    for axis, n in enumerate(x.shape[-3:-1]):
        reach = d[axis] * (k[axis] - 1) + 1
        room = n + 2 * p[axis] - reach
        if room < 0 and not ceil_mode:
            raise ValueError("the window does not fit")
        count = (-(-room // s[axis]) if ceil_mode else room // s[axis]) + 1
        if (count - 1) * s[axis] >= n + p[axis]:
            count -= 1
        if count < 1:
            raise ValueError("no window")
        along.append([[y for y in range(i * s[axis] - p[axis], i * s[axis] - p[axis] + reach, d[axis]) if 0 <= y < n]
                      for i in range(count)])
    out = np.empty(x.shape[:-3] + (len(along[0]), len(along[1]), x.shape[-1]), x.dtype)
    for i, ys in enumerate(along[0]):
        for j, xs in enumerate(along[1]):
            out[..., i, j, :] = x[..., ys, :, :][..., xs, :].max(axis=(-3, -2))
    return out
