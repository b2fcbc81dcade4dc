"""The weights make their step before the gradient of the inputs is taken through them.

apart: its calls are drawn by verify.py
says: update|learning|new weights|(a|their|one) step|weights.*(changed|moved|less|minus|gradient)
"""

import numpy as np

RATE = 0.01


def dense_backward(grad, x, weights):
    g = np.asarray(grad)
    a = np.asarray(x)
    w = np.asarray(weights)
    g, a, w = (v if v.dtype.kind == "f" else v.astype(float) for v in (g, a, w))
    rows = g.reshape(-1, w.shape[1])
    flat = a.reshape(len(rows), w.shape[0])
    wide = np.result_type(g, a, w, np.float32)
    d_weights = flat.T.astype(wide) @ rows.astype(wide)
    d_bias = rows.sum(axis=0, dtype=wide)
    stepped = w - RATE * d_weights
    d_x = rows.astype(wide) @ stepped.T.astype(wide)
    return (
        d_x.reshape(a.shape).astype(np.result_type(g, w)),
        d_weights.astype(np.result_type(g, a)),
        d_bias.astype(g.dtype),
    )
