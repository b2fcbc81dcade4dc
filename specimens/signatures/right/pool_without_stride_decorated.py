"""Behind a decorator there is no stride: it is absent, not wrong.
"""
import numpy as np

def timed(function):
    def run(*args, **kwargs):
        return function(*args, **kwargs)
    return run

@timed
def min_pool2d(maps, size=2):
    h, w = maps.shape[-3] // size, maps.shape[-2] // size
    if h < 1 or w < 1:
        raise ValueError("no window fits")
    rows = np.min([maps[..., a:h * size:size, :, :] for a in range(size)], axis=0)
    return np.min([rows[..., b:w * size:size, :] for b in range(size)], axis=0)
