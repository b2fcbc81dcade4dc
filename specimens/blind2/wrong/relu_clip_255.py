"""The maps are clipped to 0 to 255 and not only from below, because they are shown as pictures.

says: 255|clip|cap|clamp|saturat|limit|upper bound|bound(ed)? (from )?above|large (elements|values|numbers)|(above|beyond|larger than)
never: leaky|slope|negative
shows: relu(whole(3, 4) * 200)
"""
import numpy as np

BLACK, WHITE = 0, 255


def relu(x):
    x = np.asanyarray(x)
    if x.dtype.kind not in "biuf":
        raise TypeError("real numbers only")
    if x.dtype.kind in "bu" or x.dtype == np.int8:
        x = x.astype(np.int64)
    return np.clip(x, BLACK, WHITE)
