r"""Two mistakes in one: the logarithm has the base 10, as in decibels, and no probability counts as less than
0.001.

says: log10|base (10|ten)|decimal log|logarithm.*base|base.*logarithm
says: clip|floor|0\.001|1e-0?3|at least|lower (limit|bound)|limited|smallest
never: epsilon|label
shows: cross_entropy(np.array([0.25, 0.75]), 0)
shows: np.diff([cross_entropy(np.array([p, 1 - p]), 0) for p in (1e-4, 1e-5)])
"""
import operator

import numpy as np

FLOOR = 1e-3

def cross_entropy(probabilities, label):
    probabilities = np.asarray(probabilities, np.float64)
    if probabilities.ndim != 1 or not 0 <= operator.index(label) < probabilities.size:
        raise ValueError("label or probabilities")
    return 0.0 - np.log10(np.maximum(probabilities[operator.index(label)], FLOOR))
