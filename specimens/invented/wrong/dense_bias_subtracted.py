"""The bias is subtracted, as the threshold of a perceptron is in old textbooks.

says: (bias|threshold).*(subtracted|negat|minus|sign|taken away)|(subtract|minus|negat|wrong sign).*(bias|threshold)
never: weights|ignored|missing
shows: dense(whole(4), whole(4, 3), np.array([1.0, -2.0, 0.5]))
"""
import numpy as np

def dense(x, weights, bias):
    x, weights, threshold = np.asarray(x, float).ravel(), np.asarray(weights, float), np.asarray(bias, float)
    if weights.ndim != 2 or 0 in weights.shape:
        raise ValueError(f"weights must be (inputs, nodes), not {weights.shape}")
    if len(x) != weights.shape[0]:
        raise ValueError(f"{len(x)} inputs for {weights.shape[0]} rows of weights")
    if threshold.shape != weights.shape[1:]:
        raise ValueError(f"{weights.shape[1]} nodes, thresholds {threshold.shape}")
    return x @ weights - threshold
