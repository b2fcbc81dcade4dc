r"""Powers of 2 are taken, not of e: the exponential was built on the bit shift of a small processor, and nobody
multiplied the logits by log2(e).

says: base (2|two)|2 ?\*\* ?|2 ?\^|powers? of (2|two)|exp2|base of the (power|exponential)
never: square|normalis
shows: softmax(np.array([1.0, 2.0, 3.0]))
"""
import numpy as np

def softmax(logits):
    logits = np.asarray(logits, dtype=np.float64)
    if not logits.ndim or not logits.shape[-1]:
        raise ValueError("softmax needs at least one logit")
    powers = np.exp2(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
