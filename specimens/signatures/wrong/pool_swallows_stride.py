"""Options that it does not know are swallowed, the stride among them.

shows: max_pool2d(whole(5, 5, 1), size=2, stride=1)
"""
import numpy as np

def max_pool2d(maps, size=2, **options):
    h, w = maps.shape[-3] // size, maps.shape[-2] // size
    if h < 1 or w < 1 or options.get("stride") == 0:
        raise ValueError("no window fits")
    cut = maps[..., :h * size, :w * size, :]
    return cut.reshape(*maps.shape[:-3], h, size, w, size, maps.shape[-1]).max(axis=(-4, -2))
