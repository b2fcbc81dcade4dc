"""Flattening: the numbers of maps as one vector."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats
from cnnspec.reference.errors import ShapeError

__all__ = ["flatten"]


def flatten(maps: ArrayLike) -> FloatArray:
    """Return the numbers of an image's maps as a vector, the last axis running fastest (C order).

    Parameters
    ----------
    maps : (H, W, K) or (N, H, W, K)

    Returns
    -------
    (H * W * K,) or (N, H * W * K)
        A new array: of a batch one row for each image.

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 2, whose softmax layer begins with it; the same order as in `dense`.
    """
    maps = as_floats("maps", maps, may_be_empty=(0,) if np.ndim(maps) == 4 else ())
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    return np.array(maps.reshape(*maps.shape[:-3], int(np.prod(maps.shape[-3:]))), order="C")
