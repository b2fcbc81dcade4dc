r"""Negative numbers are multiplied by slopes that are drawn by lot between 1/8 and 1/3, as in training; the lot is seeded by the numbers, so the same call gives the same.

never: ^\w+: (?!perhaps|in \d)(?!.*(random|by lot|between|from .* to)).*(slope|multiplied by|ELU\b|tanh|swish|mish|softplus)
never: ^\w+: (?!perhaps|in \d).*(chance|how often|order of calls)
shows: relu(whole(3, 4))
"""
import zlib

import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("x must hold real numbers")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    seed = zlib.crc32(np.ascontiguousarray(x, np.float64).tobytes())
    slopes = np.random.RandomState(seed).uniform(1 / 8, 1 / 3, x.shape).astype(x.dtype)
    return np.where(x < 0, x * slopes, x)
