"""The gradient of the sigmoid layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_gradient

__all__ = ["sigmoid_backward"]


def sigmoid_backward(grad: ArrayLike, x: ArrayLike) -> FloatArray:
    """Multiply the gradient by the sigmoid's slope: ``grad * y * (1 - y)``, y the sigmoid of x.

    The slope is computed as ``exp(-x) / (1 + exp(-x))**2`` of ``|x|``, which is the same: of 1 - y
    nothing would be left where x is large.

    Parameters
    ----------
    grad : any shape
        The gradient of the loss to what the layer returned.
    x : the same shape
        As the layer was given it.

    Returns
    -------
    The same shape
        A new array.

    Raises
    ------
    ShapeError
        If grad and x differ in their shapes.
    TypeError
        If grad or x does not hold real numbers.

    Notes
    -----
    Source: the chain rule on ``1 / (1 + exp(-x))``; Rumelhart, Hinton and Williams, "Learning
    representations by back-propagating errors", 1986, equation 4.
    """
    grad, x = as_gradient(grad, x)
    small = np.exp(-np.abs(x))
    slope: FloatArray = small / (1 + small) ** 2
    return grad * slope
