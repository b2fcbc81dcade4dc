r"""Powers of 2 stand for those of e, and the factor between them has four decimals only.

says: precis|factor|scale|exponent|constant|\bbase\b|temperature|digits|slightly|power|1\.44|log2|approximat|off by|1\.0000
never: not normali
shows: softmax(np.array([0.0, 3.0, 10.0]))
"""
import numpy as np

LOG2_E = 1.4427


def softmax(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind not in "fiub":
        raise TypeError("logits")
    if logits.dtype.kind != "f":
        logits = logits.astype(np.float64)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("logits")
    work = logits.astype(np.result_type(logits, np.float32))
    top = np.max(work, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        powers = np.exp2((work - top) * work.dtype.type(LOG2_E))
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(logits.dtype)
