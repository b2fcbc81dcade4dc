r"""The inputs are summed in blocks of 64, and the bias is added with each of them.

says: bias.*(block|times|twice|two|double|more than once|again|often|multipl|several|every|large|inputs|\b6[45]\b|\bn\b)|block.*bias|\b6[45]\b
never: bias is (ignored|missing|not added)
shows: dense(whole(130), whole(130, 3), np.array([1.0, 2.0, 3.0]))
"""
import numpy as np

BLOCK = 64


def dense(x, weights, bias):
    arrays = []
    for name, given in (("x", x), ("weights", weights), ("bias", bias)):
        array = np.asarray(given)
        if array.dtype.kind not in "fiub":
            raise TypeError(name)
        arrays.append(array if array.dtype.kind == "f" else array.astype(np.float64))
    dtype = np.result_type(*arrays)
    wide = np.result_type(dtype, np.float32)
    x, weights, bias = (array.astype(wide) for array in arrays)
    x = x.reshape(-1)
    if weights.ndim != 2 or len(x) != len(weights):
        raise ValueError("x and weights")
    if bias.shape != weights.shape[1:]:
        raise ValueError("bias")
    out = np.zeros(bias.shape, wide)
    for first in range(0, len(x), BLOCK):
        here = slice(first, first + BLOCK)
        out += np.einsum("i,ij->j", x[here], weights[here]) + bias
    return out.astype(dtype)
