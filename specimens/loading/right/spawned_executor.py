"""A spawned process imports this module by its name.
"""
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
import numpy as np

def row_loss(p, label):
    return -np.log(p[label])

_first = []

def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("no such class")
    if not _first:  # once, in a process of its own
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            _first.append(pool.submit(row_loss, np.array([0.5, 0.5]), 0).result())
    return row_loss(probabilities, label)
