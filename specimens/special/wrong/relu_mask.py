"""Multiplying by a mask makes NaN of minus infinity.

shows: relu(np.array([-np.inf, 1.0]))
"""
import numpy as np

def relu(x):
    return x * (x > 0)
