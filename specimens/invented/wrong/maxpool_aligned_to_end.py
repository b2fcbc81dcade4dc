"""What does not divide is dropped at the top and at the left and not at the end: the windows are counted back from the last row and column.

says: start|offset|begin|first (row|column)|(drop|left out|skip|cut|miss)[^.]*(top|left|first|begin|start|front)|(top|front|first)[^.]*(drop|left out|skip|cut|miss|ignored)|late|align|(from|at) the (end|last|bottom)|remainder|shift|left over
never: incomplete windows (are )?(added|pooled)|result is larger
shows: max_pool2d(whole(7, 5, 2))
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("only real maps")
    size = operator.index(size)
    stride = operator.index(size if stride is None else stride)
    if size < 1 or stride < 1:
        raise ValueError("only positive sizes and strides")
    if maps.ndim not in (3, 4) or not all(maps.shape[-3:]):
        raise ValueError("only (H, W, K) and (N, H, W, K)")
    h, w = maps.shape[-3:-1]
    if size > h or size > w:
        raise ValueError("only windows that fit")
    every = sliding_window_view(maps, (size, size), axis=(-3, -2))
    top, left = (h - size) % stride, (w - size) % stride
    return every[..., top::stride, left::stride, :, :, :].max(axis=(-2, -1))
