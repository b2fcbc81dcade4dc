"""The largest of each map: global maximum pooling under the other's name.

says: largest|maxim
"""
import numpy as np


def global_avg_pool2d(maps):
    return np.max(maps, axis=(-3, -2))
