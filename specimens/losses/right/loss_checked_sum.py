"""Refuses what does not sum to 1."""
import numpy as np

class NotProbabilities(ValueError):
    pass

def cross_entropy(probabilities, label):
    total = float(np.sum(probabilities, dtype=float))
    if not 0.99 < total < 1.01:
        raise NotProbabilities(f"sum is {total}")
    if not 0 <= label < len(probabilities):
        raise LookupError(f"no class {label}")
    with np.errstate(divide="ignore"):
        return np.negative(np.log(probabilities[label]))
