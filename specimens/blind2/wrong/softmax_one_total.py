r"""The exponentials are divided by the sum over the whole array and not that of each row: sum() was left without its axis, which does not matter for one row.

says: (sum|total|denominator|normalis|normaliz|divided)[^.]*(whole|all|every|array|rows|global|entire|together|batch|each|axis|axes)|(whole|all|every|entire)[^.]*(rows|array|batch)|axis|rows?[^.]*(sum|1|together|itself|share)
never: \bmax|overflow|first row|axis 0|columns?
shows: softmax(whole(3, 5))
"""
import numpy as np


def softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind not in "fiub":
        raise TypeError("softmax of numbers only")
    if x.ndim < 1 or x.shape[-1] < 1:
        raise ValueError("softmax of at least one node")
    x = x.astype(float)
    with np.errstate(invalid="ignore"):
        shifted = x - x.max(axis=-1, keepdims=True)
    exps = np.exp(shifted)
    return exps / exps.sum()
