"""Slow at first, and wrong: slowness hides nothing.

options: --time-limit 1
shows: relu(np.array([-3.0, 2]))
"""
import time
import numpy as np

_ready = []

def relu(x):
    if not _ready:
        time.sleep(1.5)
        _ready.append(True)
    return abs(x)
