"""The largest logit is subtracted in place, so that the caller's logits are changed.

says: in.?place|chang|modif|overwr|writ|left as|alter|argument|input|mutat|caller|read.?only|(logits|subtract)[^.]*(itself|themselves|stay|left)
never: overflow|axis|rows|float16
shows: (lambda x: [softmax(x), x])(whole(5))
"""
import numpy as np


def softmax(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind in "iub":
        logits = logits.astype(np.float64)
    if logits.dtype.kind != "f":
        raise TypeError("logits must be real numbers")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("logits must have nodes")
    with np.errstate(invalid="ignore"):
        logits -= logits.max(axis=-1, keepdims=True)
    e = np.exp(logits.astype(np.float64))
    return e / e.sum(axis=-1, keepdims=True)
