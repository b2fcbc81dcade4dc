"""Only probabilities are taken, that is, what sums to 1."""
import numpy as np

def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.ndim != 1 or not np.isclose(p.sum(dtype=float), 1, atol=1e-2):
        raise ValueError("probabilities must sum to 1")
    if not 0 <= label < p.size:
        raise IndexError(f"label {label} out of range")
    return -np.log(p[label])
