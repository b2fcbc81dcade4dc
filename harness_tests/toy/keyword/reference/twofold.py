"""The twofold layer, a toy."""

from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats

__all__ = ["twofold"]


def twofold(x: ArrayLike, times: int = 1) -> FloatArray:
    """Return twice what is given, as many times: ``2**times x``.

    Parameters
    ----------
    x : any shape
    times : int
        How many times it is doubled.

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
    return x * x.dtype.type(2**times)
