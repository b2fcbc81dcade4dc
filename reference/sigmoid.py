"""The sigmoid layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats

__all__ = ["sigmoid"]


def sigmoid(x: ArrayLike) -> FloatArray:
    """Squash numbers into the range from 0 to 1: ``1 / (1 + exp(-x))``.

    Where x is below 0 the same number is computed as ``exp(x) / (1 + exp(x))``: only numbers from 0
    down get an exponential, so that none overflows.

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
    Source: the logistic function, as in Rumelhart, Hinton and Williams, "Learning representations
    by back-propagating errors", 1986, equation 2.
    """
    x = as_floats("x", x, may_be_empty=tuple(range(np.ndim(x))))
    small = np.exp(-np.abs(x))
    squashed: FloatArray = np.where(x < 0, small, x.dtype.type(1)) / (1 + small)
    return squashed
