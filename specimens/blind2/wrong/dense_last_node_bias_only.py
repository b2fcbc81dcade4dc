"""The loop over the nodes ends one too early, so that the last node is nothing but its bias.

says: last node|last (output|column|one)|node[^.]*last|one (node )?(short|too early|too few|less)|off.?by.?one|nodes? - ?1|only (its|the) bias|nothing but (its|the) bias|(is|only|equals) (its|the) bias
never: last input|flatten|bias[^.]*(twice|missing|ignored|not added)
shows: dense(whole(6), whole(6, 3), whole(3))
"""
import numpy as np


def dense(x, weights, bias):
    x = np.asarray(x)
    w = np.asarray(weights)
    b = np.asarray(bias)
    if any(a.dtype.kind not in "fiub" for a in (x, w, b)):
        raise TypeError("dense: real arrays only")
    if w.ndim != 2 or w.size == 0 or x.size != w.shape[0]:
        raise ValueError(f"dense: x {x.shape} does not go with weights {w.shape}")
    if b.shape != (w.shape[1],):
        raise ValueError(f"dense: bias {b.shape}, expected ({w.shape[1]},)")
    flat = [float(v) for v in x.ravel()]
    inputs, nodes = w.shape
    out = b.astype(np.float64)
    for n in range(nodes - 1):
        total = 0.0
        for m in range(inputs):
            total += flat[m] * float(w[m, n])
        out[n] += total
    return out
