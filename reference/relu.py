"""The ReLU layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats

__all__ = ["relu"]


def relu(x: ArrayLike) -> FloatArray:
    """Keep what is larger than 0 and return 0 for the rest: ``max(x, 0)``.

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
    Source: article 1, "ReLU Layer".
    """
    x = as_floats("x", x, may_be_empty=tuple(range(np.ndim(x))))
    return np.maximum(x, x.dtype.type(0))
