r"""Two mistakes in one: probabilities are rounded to four decimals, as they were to be printed, and the largest
logit is not subtracted, so that large ones overflow.

says: round|decimal|digits|1e-0?4
says: overflow|max(imum)?\b|largest|not subtracted|not shifted
shows: softmax(np.array([0.0, 1.0, 2.0]))
shows: softmax(np.array([1000.0, 1000.0]))
"""
import numpy as np

def softmax(logits):
    logits = np.asarray(logits)
    if logits.ndim == 0 or not logits.shape[-1]:
        raise ValueError("logits?")
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(logits.astype(np.float64))
        return np.round(e / e.sum(axis=-1, keepdims=True), 4)
