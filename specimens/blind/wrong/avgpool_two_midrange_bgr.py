"""Two mistakes: the mean is taken for the middle between the largest and the smallest element, and three maps are taken for a picture in OpenCV's order and come out reversed.

says: mid.?(range|point|dle)|(max|largest|extreme|greatest)[^.]*(min|smallest|least)|extremes
says: revers|order of (the )?maps|BGR|RGB|(first|maps?|channels?)[^.]*(exchang|swap|order|wrong map|backward)|(3|three) maps
shows: avg_pool2d(whole(4, 6, 2), 2)
shows: avg_pool2d(np.ones((4, 4, 3)) * np.arange(3.0), 2)
"""
import operator

import numpy as np

def _arguments(maps, size, stride):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError(f"maps of dtype {maps.dtype}")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError(f"maps of shape {maps.shape}")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError(f"size {size}, stride {stride}")
    if size > maps.shape[-3] or size > maps.shape[-2]:
        raise ValueError(f"windows of {size} do not fit into maps of shape {maps.shape}")
    return maps, size, stride


def avg_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    if maps.shape[-1] == 3:
        maps = maps[..., ::-1]
    windows = np.lib.stride_tricks.sliding_window_view(maps.astype(np.float64), (size, size), (-3, -2))
    windows = windows[..., ::stride, ::stride, :, :, :]
    return (windows.max((-2, -1)) + windows.min((-2, -1))) / 2
