r"""log1p is taken of the probability, "the stable logarithm": 1 is added to it before.

says: log1p|1 ?\+ ?p|p(robability)? ?\+ ?1|(1|one) (is|was) added|plus (1|one)|adds (1|one)
never: epsilon|label|base
shows: cross_entropy(np.array([0.25, 0.75]), 0)
"""
import operator

import numpy as np

def cross_entropy(probabilities, label):
    p = np.asarray(probabilities, dtype=np.float64)
    if p.ndim != 1 or p.size == 0:
        raise ValueError("probabilities must be a vector")
    label = operator.index(label)
    if label < 0 or label >= p.size:
        raise ValueError(f"no class {label} among {p.size}")
    return -np.log1p(p[label])
