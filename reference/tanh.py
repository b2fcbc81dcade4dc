"""The tanh layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats

__all__ = ["tanh"]


def tanh(x: ArrayLike) -> FloatArray:
    """Squash numbers into the range from -1 to 1: ``(exp(x) - exp(-x)) / (exp(x) + exp(-x))``.

    It is computed by numpy.tanh: the formula as it stands is infinity over infinity where x is
    large, and loses its digits in the difference where x is small.

    Parameters
    ----------
    x : any shape

    Returns
    -------
    The same shape
        A new array; NaN stays NaN.

    Raises
    ------
    TypeError
        If x does not hold real numbers.

    Notes
    -----
    Source: the hyperbolic tangent, as in LeCun, Bottou, Orr and Müller, "Efficient BackProp",
    1998, section 4.4.
    """
    x = as_floats("x", x, may_be_empty=tuple(range(np.ndim(x))))
    return np.tanh(x)
