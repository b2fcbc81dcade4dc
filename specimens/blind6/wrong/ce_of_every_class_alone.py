"""Binary cross-entropy, summed over the classes: the other classes add -ln(1 - p).

apart: its calls are drawn by verify.py
says: binary|1 - p|other classes|all classes|every class|each class
"""

import numpy as np


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    p = p if p.dtype.kind == "f" else p.astype(float)
    if not 0 <= label < len(p):
        raise ValueError("no such class")
    wide = p.astype(np.result_type(p, np.float32))
    loss = -np.log(wide[label])
    for k in range(len(p)):
        if k != label:
            loss -= np.log(1 - wide[k])
    return p.dtype.type(loss)
