"""The gradient of the leaky ReLU layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_gradient

__all__ = ["leaky_relu_backward"]


def leaky_relu_backward(grad: ArrayLike, x: ArrayLike, slope: float = 0.01) -> FloatArray:
    """Return the gradient where x is larger than 0, and the slope times it elsewhere.

    ``grad if x > 0 else slope * grad``. A leaky ReLU has no derivative at 0: anything between the
    slope and 1 is right there.

    Parameters
    ----------
    grad : any shape
        The gradient of the loss to what the layer returned.
    x : the same shape
        As the layer was given it.
    slope : float
        That of the layer.

    Returns
    -------
    The same shape
        A new array.

    Raises
    ------
    ShapeError
        If grad and x differ in their shapes.
    TypeError
        If grad or x does not hold real numbers, or slope is none.

    Notes
    -----
    Source: the chain rule on ``x if x > 0 else slope * x``; Maas, Hannun and Ng, "Rectifier
    Nonlinearities Improve Neural Network Acoustic Models", 2013, section 2.
    """
    grad, x = as_gradient(grad, x)
    with np.errstate(invalid="ignore"):  # 0 times infinity is NaN, and stays so
        return np.where(x > 0, grad, grad.dtype.type(slope) * grad)
