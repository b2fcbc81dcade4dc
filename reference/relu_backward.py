"""The gradient of the ReLU layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_gradient

__all__ = ["relu_backward"]


def relu_backward(grad: ArrayLike, x: ArrayLike) -> FloatArray:
    """Let the gradient through where x is larger than 0: ``grad if x > 0 else 0``.

    ReLU has no derivative at 0. Here it is taken as 0 there, as by most; anything from 0 to 1 is
    right.

    Parameters
    ----------
    grad : any shape
        The gradient of the loss to what the layer returned.
    x : the same shape
        As the layer was given it.

    Returns
    -------
    The same shape
        A new array; where x is NaN it is 0.

    Raises
    ------
    ShapeError
        If grad and x differ in their shapes.
    TypeError
        If grad or x does not hold real numbers.

    Notes
    -----
    Source: the chain rule on ``max(x, 0)``, article 1, "ReLU Layer".
    """
    grad, x = as_gradient(grad, x)
    return np.where(x > 0, grad, grad.dtype.type(0))
