"""One mean over all maps, handed to each of them.

says: all maps|of all
"""
import numpy as np


def global_avg_pool2d(maps):
    axes = tuple(range(np.ndim(maps)))[-3:]
    return np.broadcast_to(np.mean(maps, axis=axes, keepdims=True), (*np.shape(maps)[:-3], 1, 1, np.shape(maps)[-1]))[..., 0, 0, :]
