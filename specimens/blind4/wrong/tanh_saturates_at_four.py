r"""Beyond 4 on either side the curve is taken for saturated: there the result is 1 or -1.

says: satur|clip|clamp|beyond|flat|cut off|(is|gives|becomes|returns|comes out as|exactly) ?(\+|-|±|plus|minus)?1\b|from (about )?[34]\b|(larger|above|more|greater) than (about )?[34]
shows: tanh(np.array([4.5, -5.0]))
"""
import numpy as np

SATURATED = 4.0


def tanh(x):
    x = np.asarray(x)
    if x.dtype.kind not in "f":
        x = x.astype(np.float64)
    return np.where(np.abs(x) > SATURATED, np.sign(x), np.tanh(x))
