"""The leaky ReLU layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats

__all__ = ["leaky_relu"]


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> FloatArray:
    """Keep what is larger than 0 and multiply the rest by a slope: ``x if x > 0 else slope * x``.

    Parameters
    ----------
    x : any shape
    slope : float
        Of the line for what is not larger than 0, most often from 0 (then it is a ReLU) to 1.

    Returns
    -------
    The same shape
        A new array; NaN stays NaN.

    Raises
    ------
    TypeError
        If x does not hold real numbers, or slope is none.

    Notes
    -----
    Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models",
    2013, section 2.
    """
    x = as_floats("x", x, may_be_empty=tuple(range(np.ndim(x))))
    with np.errstate(invalid="ignore"):  # 0 times infinity is NaN, and stays so
        return np.where(x > 0, x, x.dtype.type(slope) * x)
