"""The twofold layer, a toy."""

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
    EmptyAxisError
        If it holds none.

    Notes
    -----
    Source: none; it is a toy.
    """
    x = as_floats("x", x)
    return x + x
