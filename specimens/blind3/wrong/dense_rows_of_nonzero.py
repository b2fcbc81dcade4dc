r"""Zeros are skipped, but the weights of the other inputs are looked up by the first of their indices: right for one axis only.

says: flatten|ax[ie]s|several|2-D|two-dim|index|rows? of (the )?(input|weights|x)|first axis|weights? of (another|other|the wrong)|another input|order
shows: dense(whole(3, 4), whole(12, 2), whole(2))
"""
import numpy as np


def dense(x, weights, bias):
    x = np.atleast_1d(np.asarray(x))
    weights = np.asarray(weights)
    bias = np.asarray(bias)
    if not all(a.dtype.kind in "fiub" for a in (x, weights, bias)):
        raise TypeError("real arrays only")
    x, weights, bias = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (x, weights, bias))
    if weights.ndim != 2 or x.size != weights.shape[0]:
        raise ValueError("weights of another shape")
    if bias.ndim != 1 or bias.size != weights.shape[1]:
        raise ValueError("bias of another shape")
    dtype = np.result_type(x, weights, bias)
    wide = np.result_type(dtype, np.float32)
    if np.isfinite(weights).all():
        active = np.nonzero(x)
        total = x[active].astype(wide) @ weights[active[0]].astype(wide)
    else:  # 0 * inf is not 0
        total = x.ravel().astype(wide) @ weights.astype(wide)
    return (total + bias.astype(wide)).astype(dtype)
