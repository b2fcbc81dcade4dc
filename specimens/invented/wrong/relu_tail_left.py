"""Elements are rectified eight at a time, and what is left over behind the last full block of eight is copied
as it is. Arrays of fewer than eight have a loop of their own, which is right.

says: full vector|remain|tail|left over|leftover|beyond|blocks?|rest|multiples? of 8|behind|last (few )?(elements|numbers)|from (element|index)
never: leaky
shows: relu(-np.arange(1.0, 12.0))
"""
import numpy as np

LANES = 8

def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("relu of what?")
    out = x.flatten()
    if out.size < LANES:
        for n in range(out.size):
            if out[n] < 0:
                out[n] = 0
        return out.reshape(x.shape)
    for start in range(0, out.size - LANES + 1, LANES):
        lanes = out[start:start + LANES]
        lanes[lanes < 0] = 0
    return out.reshape(x.shape)
