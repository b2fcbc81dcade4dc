"""A batch with as many rows as there are inputs is taken for one whose examples are the columns, and is transposed.

says: transpos|(rows?|examples?)[^.]*(columns?|swap|exchang|as many|same number|equal)|as many (rows|examples|images)|N (=|is|equals)|square|batch of|columns? (for|instead|are)|(rows|examples|images)[^.]*inputs
shows: dense(np.arange(9.0).reshape(3, 3), np.arange(6.0).reshape(3, 2), np.zeros(2))
"""
import numpy as np


def _real(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a


def dense(x, weights, bias):
    x, weights, bias = _real(x), _real(weights), _real(bias)
    dtype = np.result_type(x, weights, bias)
    wide = np.result_type(dtype, np.float32)
    inputs = weights.shape[0]
    if x.ndim == 2 and inputs in x.shape and x.size != inputs:
        rows = x.T if x.shape[0] == inputs else x
        out = rows.astype(wide) @ weights.astype(wide) + bias.astype(wide)
    else:
        out = x.ravel().astype(wide) @ weights.astype(wide) + bias.astype(wide)
    return out.astype(dtype)
