r"""The largest logit is not subtracted and exponentials are taken in single precision: they overflow beyond 88, not 709, and the shares are right to seven digits.

says: largest|maxim|subtract|overflow|float32|single|precis|nan|0 / 0|wrong answers
never: ^\w+: (?!perhaps|in \d).*(powers of|float16|multiplied by|clip|first|last|decimals)
never: ^\w+: (?!perhaps|in \d).*(logits|probabilities) are rounded to float32
shows: softmax(whole(5) * 100)
"""
import numpy as np


def softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind not in "fiub":
        raise TypeError("logits must hold real numbers")
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("logits must have classes")
    x = x.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(x.astype(np.float32))
        return (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float64)
