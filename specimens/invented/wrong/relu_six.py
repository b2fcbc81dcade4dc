r"""Everything above 6 is cut down to 6 (ReLU6), as in the quantised network from which it was copied.

says: relu ?-?6|\b(at|above|beyond|than|to|over|from) (6|six)\b|capped|clipped|saturat|upper (limit|bound)
never: negative|narrow|overflow
shows: relu(np.array([-1.0, 5.0, 7.0]))
"""
import numpy as np

MAXIMUM = 6

def relu(x):
    if np.iscomplexobj(x):
        raise TypeError("complex numbers have no order")
    return np.minimum(np.maximum(x, 0), MAXIMUM)
