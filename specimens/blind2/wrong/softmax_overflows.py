"""The exponentials are taken of the logits as they are, as in the formula: large ones overflow and give NaN, and if all are very negative 0 is divided by 0.

says: overflow|underflow|(max|largest)[^.]*(not|never|without|subtract)|(without|not|no|never)[^.]*(max|largest|subtract|shift)|large logits|nan|exp(onentials?)? of|inf
never: temperature|axis|row
shows: softmax(np.array([1000.0, 1001.0]))
shows: softmax(np.array([-1000.0, -1001.0]))
"""
import numpy as np

def _logits(values):
    values = np.asarray(values)
    if values.dtype.kind not in "fiub":
        raise TypeError(f"logits must be real, got {values.dtype}")
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"logits must be (..., nodes), got {values.shape}")
    return values.astype(np.float64)


def softmax(logits):
    z = _logits(logits)
    with np.errstate(all="ignore"):
        e = np.exp(z)
        return e / np.sum(e, axis=-1, keepdims=True)
