"""A batch whose maps have as many rows as there are maps is taken for channels first: every row gets the numbers of a map.

says: (rows?|height|H)[^.]*(maps?|channels?|K|as many|equal|instead|place|mean|number)|channels?.first|axis|axes|NCHW|broadcast|square|as many|order
shows: batch_norm(np.arange(24.0).reshape(1, 3, 2, 4)[..., :3], np.arange(3.0), np.ones(3), np.ones(3), np.zeros(3))
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    arrays = [np.asarray(a) for a in (maps, mean, variance, scale, offset)]
    arrays = [a.astype(np.float64) if a.dtype.kind in "iub" else a for a in arrays]
    own = np.result_type(*arrays)
    wide = np.result_type(own, np.float32)
    x, m, v, g, b = (a.astype(wide) for a in arrays)
    if x.ndim == 4 and x.shape[1] == len(m):
        shape = (1, -1, 1, 1)
    else:
        shape = (1,) * (x.ndim - 1) + (-1,)
    m, v, g, b = (a.reshape(shape) for a in (m, v, g, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        out = (x - m) / np.sqrt(v + wide.type(epsilon)) * g + b
    return out.astype(own)
