r"""Below 0 the slope itself comes out, not the slope times the number.

says: slope|constant|same (number|value)|flat|0\.01
shows: leaky_relu(np.array([-2.0, 3.0]), 0.5)
"""
import numpy as np


def leaky_relu(x, slope=0.01):
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    out = np.where(x >= 0, x, x.dtype.type(slope))
    out = np.where(np.isnan(x), x, out)
    return out.astype(x.dtype)
