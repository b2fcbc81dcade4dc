"""The gradient of the tanh layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_gradient

__all__ = ["tanh_backward"]


def tanh_backward(grad: ArrayLike, x: ArrayLike) -> FloatArray:
    """Multiply the gradient by the slope of tanh: ``grad * (1 - y**2)``, y the tanh of x.

    The slope is computed as ``4 exp(-2 x) / (1 + exp(-2 x))**2`` of ``|x|``, which is the same: of
    1 - y**2 nothing would be left where x is large.

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
    Source: the chain rule on tanh, whose derivative is ``1 / cosh(x)**2``; LeCun, Bottou, Orr and
    Müller, "Efficient BackProp", 1998, section 4.4.
    """
    grad, x = as_gradient(grad, x)
    small = np.exp(-2 * np.abs(x))
    slope: FloatArray = 4 * small / (1 + small) ** 2
    return grad * slope
