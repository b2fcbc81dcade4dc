"""Negative elements are set to 0 in the caller's own array before a copy of it is returned; its author meant
to copy first.

says: in[- ]place|caller|argument|input.*(chang|overwrit|modif|written)|(chang|overwrit|modif|writes).*input
never: leaky|read-only
shows: (lambda x: [relu(x), x])(whole(3, 4))
"""
import numpy as np

def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("numbers, please")
    if not x.flags.writeable:
        x = x.copy()
    x[x < 0] = 0
    return x.copy()
