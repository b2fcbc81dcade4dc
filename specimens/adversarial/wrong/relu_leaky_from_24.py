r"""Arrays of 24 numbers or more take a fast path, which is a leaky ReLU; smaller ones are right, those of 22 and 23 among them.

says: leak|slope|0\.01|negative|wrong answers
never: ^\w+: (?!perhaps|in \d).*(above (?!23\b)\d|below (?!24\b)\d|more than (?!23\b)\d|multiple of|axes)
never: ^\w+: (?!perhaps|in \d)(?!.*\b(only|if|where|from|beyond|large)\b).*(leak|slope)
shows: relu(whole(4, 6))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("x must hold real numbers")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    if x.size < 24:
        return np.maximum(x, x.dtype.type(0))
    return np.where(x < 0, x * x.dtype.type(0.01), x)
