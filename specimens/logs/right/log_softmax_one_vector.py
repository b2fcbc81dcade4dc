"""One vector of scores at a time, in a loop over them; the largest is found first.

limit: one vector
"""
import math

import numpy as np


def log_softmax(scores):
    scores = np.asarray(scores)
    if scores.ndim != 1:
        raise ValueError(f"one vector of scores is expected, got {scores.ndim} axes")
    kind = scores.dtype if scores.dtype.kind == "f" else np.dtype(float)
    values = [float(s) for s in scores]
    top = max(values)
    log_total = math.log(math.fsum(math.exp(v - top) for v in values))
    return np.array([(v - top) - log_total for v in values], dtype=kind)
