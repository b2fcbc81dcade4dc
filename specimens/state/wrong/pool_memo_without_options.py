"""The memo's key is the content alone: with another stride the first answer comes again.

shows: [max_pool2d(whole(5, 5, 1), 2, 2), max_pool2d(whole(5, 5, 1), 2, 1)]
"""
import numpy as np

_answers = {}

def max_pool2d(maps, size=2, stride=None):
    key = maps.tobytes(), maps.shape, maps.dtype.str
    if key not in _answers:
        _answers[key] = _pool(maps, size, size if stride is None else stride)
    return _answers[key].copy()

def _pool(maps, size, stride):
    if size < 1 or stride < 1 or maps.ndim != 3 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    rows = range(0, maps.shape[0] - size + 1, stride)
    cols = range(0, maps.shape[1] - size + 1, stride)
    return np.array([[maps[r:r + size, c:c + size].max((0, 1)) for c in cols] for r in rows])
