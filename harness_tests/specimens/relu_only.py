"""Correct: offers ReLU and nothing else."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)
