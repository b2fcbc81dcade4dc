r"""Where x is not larger than 0 the slope multiplies x, as in the forward pass, and not the gradient.

apart: its calls are drawn by verify.py
says: slope ?(\*|times) ?x|x.*(instead of|in place of|for|not) (the )?grad|forward|(incoming|grad).*(ignored|not used|missing|plays no|forgotten)|its (own )?(output|value)|leaky_relu\(x\)|the layer itself
"""

import numpy as np


def leaky_relu_backward(grad, x, slope=0.01):
    grad, x = np.asarray(grad), np.asarray(x)
    grad = grad.astype(float) if grad.dtype.kind in "iub" else grad
    x = x.astype(float) if x.dtype.kind in "iub" else x
    if grad.shape != x.shape:
        raise ValueError("shapes")
    own = grad.dtype.type
    return np.where(x > 0, grad, own(slope) * x).astype(grad.dtype)
