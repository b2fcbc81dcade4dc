"""One vector of all numbers, whatever comes: a batch becomes one vector, too.
"""
import numpy as np


def flatten(maps):
    return np.array(maps, order="C").reshape(-1)
