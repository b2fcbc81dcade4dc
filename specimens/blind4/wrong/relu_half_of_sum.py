r"""ReLU as half of x + |x|: the sum overflows above half of the largest number, and is NaN at minus infinity.

says: overflow|infin|nan|largest|(too )?large|half|x \+ \|x\||doubl|finite
shows: relu(np.array([60000.0, -1.0], np.float16))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    with np.errstate(all="ignore"):
        return (x + np.abs(x)) / x.dtype.type(2)
