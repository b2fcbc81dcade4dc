r"""Maximum and sum are found in one pass, and the sum is not scaled anew when a larger logit comes.

says: \bsum|denominator|rescal|running|normali[sz]|\bmaximum|largest|order|first|add up
shows: softmax(np.array([1.0, 2.0, 3.0]))
"""
import math

import numpy as np


def softmax(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind in "iub":
        logits = logits.astype(np.float64)
    if logits.dtype.kind != "f":
        raise TypeError("logits must be real numbers")
    if logits.ndim == 0 or 0 in logits.shape[-1:]:
        raise ValueError("logits must have a last axis")
    result = np.empty(logits.shape, logits.dtype)
    for place in np.ndindex(logits.shape[:-1]):
        row = [float(value) for value in logits[place]]
        most, total = -math.inf, 0.0
        for value in row:
            if value == -math.inf:
                continue
            if value > most:
                most = value
            total += math.exp(value - most)
        for n, value in enumerate(row):
            result[(*place, n)] = math.exp(value - most) / total if total else math.nan
    return result
