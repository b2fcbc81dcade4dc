r"""The variance is corrected by n / (n - 1), n the number of pixels: it is one of a sample, it is thought.

apart: its calls are drawn by verify.py
says: n ?- ?1|unbias|Bessel|n / \(|sample variance|(number|count) of (pixels|elements)|variance.*(scaled|times|factor|correct|size)
"""

import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    arrays = [np.asarray(a) for a in (maps, mean, variance, scale, offset)]
    arrays = [a if a.dtype.kind == "f" else a.astype(float) for a in arrays]
    own = np.result_type(*arrays)
    wide = np.result_type(own, np.float32)
    x, m, v, s, o = (a.astype(wide) for a in arrays)
    if any(a.shape != x.shape[-1:] for a in (m, v, s, o)):
        raise ValueError("one number for each map")
    n = x.size // x.shape[-1]
    if n > 1:
        v = v * n / (n - 1)
    return ((x - m) / np.sqrt(v + wide.type(epsilon)) * s + o).astype(own)
