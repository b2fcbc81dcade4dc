"""Written as 1 - y * y * grad: brackets are missing.

apart: its calls are drawn by verify.py
says: 1 - (y|tanh|t|grad|g)|bracket|parenthes|preced|only (the )?(square|second)|not multiplied|1 (less|minus)
"""

import numpy as np


def tanh_backward(grad, x):
    g, x = np.asarray(grad), np.asarray(x)
    g = g if g.dtype.kind == "f" else g.astype(float)
    x = x if x.dtype.kind == "f" else x.astype(float)
    own = np.result_type(g, x)
    y = np.tanh(x.astype(np.result_type(own, np.float32)))
    return (1 - y * y * g).astype(own)
