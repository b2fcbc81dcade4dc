r"""Two mistakes in one, both from a speech recogniser: negative numbers keep a hundredth of their value, and
nothing may be larger than 20.

says: leaky|0\.01|slope|hundredth|(negative|below 0).*(multiplied|scaled|kept|passed)
says: \b20\b|capped|clipped|saturat|upper (limit|bound)|largest
shows: relu(np.array([-1.0, 2.0]))
shows: relu(np.array([19.0, 25.0]))
"""
import numpy as np

SLOPE, CEILING = 0.01, 20

def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"no activation of {x.dtype}")
    if x.dtype.kind in "iub":
        x = x.astype(float)
    return np.where(x < 0, SLOPE * x, np.minimum(x, CEILING))
