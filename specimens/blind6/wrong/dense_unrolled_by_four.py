r"""The sum is unrolled by four, and what is left over of the inputs is forgotten.

apart: its calls are drawn by verify.py
says: multiple of (4|four)|(four|4)s?\b|remain|left over|(last|trailing|final).*inputs?|inputs?.*(last|behind|ignored|left out|dropped|missing)
"""

import numpy as np


def dense(x, weights, bias):
    x, w, b = np.asarray(x), np.asarray(weights), np.asarray(bias)
    x, w, b = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (x, w, b))
    own = np.result_type(x, w, b)
    inputs, nodes = w.shape
    is_batch = x.ndim == 2 and len(x) != 1 and x.shape[1] == inputs
    rows = x if is_batch else x.reshape(1, -1)
    if rows.shape[1] != inputs or b.shape != (nodes,):
        raise ValueError(f"x {x.shape}, weights {w.shape}, bias {b.shape}")
    rows, w = (a.astype(np.result_type(own, np.float32)) for a in (rows, w))
    total = np.zeros((len(rows), nodes), w.dtype)
    i = 0
    while i + 4 <= inputs:
        total += (
            rows[:, i, None] * w[i]
            + rows[:, i + 1, None] * w[i + 1]
            + rows[:, i + 2, None] * w[i + 2]
            + rows[:, i + 3, None] * w[i + 3]
        )
        i += 4
    out = (total + b).astype(own)
    return out if is_batch else out[0]
