"""The twofold layer, a toy."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats

__all__ = ["twofold"]


def twofold(x: ArrayLike) -> FloatArray:
    """Return twice what is given: ``2 x``.

    Parameters
    ----------
    x : any shape

    Returns
    -------
    The same shape
        A new array.

    Raises
    ------
    TypeError
        If x does not hold real numbers.

    Notes
    -----
    Source: none; it is a toy.
    """
    x = as_floats("x", x, may_be_empty=tuple(range(np.ndim(x))))
    return x + x
