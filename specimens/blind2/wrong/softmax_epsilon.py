r"""A small number, 1e-7, is added to the sum lest it be 0, which it never is: the probabilities sum to a little less than 1.

says: 1e-0?7|epsilon|small (number|constant)|constant|added|(sum|denominator|total)[^.]*(too large|larger|plus|\+|guard|add|little|less|1)|precis|float32|a little|slightly|too small
never: float16|overflow|rows|temperature
shows: softmax(np.array([3.0]))
"""
import numpy as np

def _logits(values):
    values = np.asarray(values)
    if values.dtype.kind not in "fiub":
        raise TypeError(f"logits must be real, got {values.dtype}")
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"logits must be (..., nodes), got {values.shape}")
    return values.astype(np.float64)

EPSILON = 1e-7


def softmax(logits):
    z = _logits(logits)
    with np.errstate(invalid="ignore"):
        z = z - np.amax(z, axis=-1, keepdims=True)
    numerator = np.exp(z)
    denominator = np.sum(numerator, axis=-1, keepdims=True) + EPSILON
    return numerator / denominator
