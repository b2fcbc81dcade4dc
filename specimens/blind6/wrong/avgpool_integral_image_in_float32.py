"""Windows are differences of a summed-area table in float32: digits are lost, the more the larger the sums before.

apart: its calls are drawn by verify.py
says: float32|single precision|precision|digits|rounding|cancel|running sum|table|cumulative
"""

import numpy as np


def avg_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    step = size if stride is None else stride
    h, w = x.shape[-3:-1]
    if size > h or size > w:
        raise ValueError("window does not fit")
    zeros = [(0, 0)] * (x.ndim - 3) + [(1, 0), (1, 0), (0, 0)]
    table = np.pad(x, zeros).astype(np.float32).cumsum(axis=-3).cumsum(axis=-2)
    top = table[..., : h - size + 1, :, :]
    below = table[..., size:, :, :]
    bands = (below - top)[..., ::step, :, :]
    sums = bands[..., size:, :] - bands[..., : w - size + 1, :]
    return (sums[..., ::step, :] / (size * size)).astype(x.dtype)
