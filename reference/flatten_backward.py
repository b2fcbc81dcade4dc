"""The gradient of flattening."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats
from cnnspec.reference.errors import ShapeError

__all__ = ["flatten_backward"]


def flatten_backward(grad: ArrayLike, maps: ArrayLike) -> FloatArray:
    """Return the gradient of a loss to maps that were flattened: grad, in the shape of the maps.

    Parameters
    ----------
    grad : (H * W * K,) or (N, H * W * K)
        The gradient of the loss to what `flatten` returned.
    maps : (H, W, K) or (N, H, W, K)

    Returns
    -------
    The shape of the maps
        A new array, filled in C order: the last axis runs fastest.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the chain rule on article 2, whose softmax layer begins with ``input.flatten()``.
    """
    may_be_empty = (0,) if np.ndim(maps) == 4 else ()
    maps = as_floats("maps", maps, may_be_empty=may_be_empty)
    grad = as_floats("grad", grad, may_be_empty=may_be_empty)
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    due = (*maps.shape[:-3], int(np.prod(maps.shape[-3:])))
    if grad.shape != due:
        raise ShapeError(f"grad must have the shape of the vector {due}, got {grad.shape}")
    return np.array(grad.reshape(maps.shape), np.result_type(grad, maps), order="C")
