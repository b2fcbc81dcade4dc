"""Right at first, wrong the second time: not a matter of rows or of refusals.

shows: [relu(whole(3, 4)), relu(whole(3, 4))]
never: arguments
never: rows from
"""
import numpy as np

_seen = set()

def relu(x):
    key = x.tobytes()
    again = key in _seen
    _seen.add(key)
    return np.maximum(x, 1 if again else 0)
