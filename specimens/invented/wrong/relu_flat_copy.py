"""The result is zeroed through its flattened form, which is a view of arrays in C order and a copy of
others: maps in Fortran order, or with swapped axes, come back as they were.

says: fortran|c[- ]order|contiguous|layout|stride|transposed|swapped axes|memory
never: leaky|rows from|last row
shows: relu(np.asfortranarray(whole(3, 4)))
shows: relu(whole(3, 4).T)
"""
import numpy as np

def relu(x):
    result = np.array(x)
    if result.dtype.kind not in "biuf":
        raise TypeError("not numbers")
    flat = result.ravel()
    flat[flat < 0] = 0
    return result
