r"""Two mistakes: the sum is always divided by 4, as if every window were 2x2, and the result comes out with rows and columns exchanged, because it is collected column by column.

says: \b4\b|four|quarter|2x2|divi(ded|sor|de)[^.]*(constant|fixed|always|size|number|count|elements)|constant|fixed (number|divisor)
says: transpos|rows? and columns?|(row|column)s?[^.]*(exchang|swap|interchang|mixed)|(exchang|swap|interchang)[^.]*(row|column|axes)|column by column
shows: avg_pool2d(whole(6, 6, 2), 3)
shows: avg_pool2d(whole(4, 6, 2), 2)
"""
import operator

import numpy as np

def check(x, size, stride):
    if x.ndim != 3 and x.ndim != 4:
        raise ValueError("expected (H, W, K) or (N, H, W, K)")
    if x.dtype.kind not in "biuf":
        raise ValueError("expected numbers")
    if x.size == 0:
        raise ValueError("expected something in it")
    if operator.index(size) <= 0 or operator.index(stride) <= 0:
        raise ValueError("size and stride must be positive")
    if x.shape[-3] < size or x.shape[-2] < size:
        raise ValueError("map smaller than the window")
    return int(size), int(stride)


def avg_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    stride = size if stride is None else stride
    size, stride = check(x, size, stride)
    x = x.astype(np.float64)
    columns = []
    for left in range(0, x.shape[-2] - size + 1, stride):
        column = []
        for top in range(0, x.shape[-3] - size + 1, stride):
            total = x[..., top:top + size, left:left + size, :].sum(axis=(-3, -2))
            column.append(total * 0.25)
        columns.append(np.stack(column, axis=-2))
    return np.stack(columns, axis=-3)
