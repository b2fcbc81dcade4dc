"""Fortran order: the first axis runs fastest.

says: Fortran|first axis
"""
import numpy as np


def flatten(maps):
    if np.ndim(maps) != 3:
        raise ValueError("one image")
    return np.asarray(maps).flatten(order="F")
