"""The first call of each number of axes compiles for longer than a call may take.

options: --time-limit 1
"""
import time
import numpy as np

_compiled = {}

def _compile(axes):
    time.sleep(1.5)  # what a compiler takes
    return lambda x: np.maximum(x, 0)

def relu(x):
    if x.ndim not in _compiled:
        _compiled[x.ndim] = _compile(x.ndim)
    return _compiled[x.ndim](x)
