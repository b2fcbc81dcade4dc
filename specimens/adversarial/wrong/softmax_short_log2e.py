r"""exp(x) is computed as 2^(1.442695 x), with a logarithm of e of seven digits: as if the logits were multiplied by 0.99999997, which few digits show as 1.

never: ^\w+: (?!perhaps|in \d).*(multiplied|divided) by (1/1|1(\.0*)?)(?![./\d])
never: ^\w+: (?!perhaps|in \d).*(float16|series|powers of 2 are|decimals|are rounded|e of few digits)
shows: softmax(np.array([0.0, -30.0]))[1] * 1e13
"""
import numpy as np


def softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind not in "fiub":
        raise TypeError("logits must hold real numbers")
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("logits must have classes")
    x = x.astype(np.float64)
    with np.errstate(invalid="ignore"):
        powers = np.exp2(1.442695 * (x - x.max(axis=-1, keepdims=True)))
        return powers / powers.sum(axis=-1, keepdims=True)
