"""ReLU by a ufunc, which takes every array.

shows: relu(whole(3, 4).astype(">f8")[:, ::-1])
"""
import numpy as np

relu = lambda x: np.maximum(x, 0)
