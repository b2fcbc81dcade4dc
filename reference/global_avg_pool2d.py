"""Global average pooling: the mean of every map."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError

__all__ = ["global_avg_pool2d"]


def global_avg_pool2d(maps: ArrayLike) -> FloatArray:
    """Return the mean of every map: one number for each, in the maps' unit.

    Parameters
    ----------
    maps : (H, W, K) or (N, H, W, K)

    Returns
    -------
    (K,) or (N, K)

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: Lin, Chen and Yan, Network In Network, 2013, section 3.2.
    """
    maps = as_floats("maps", maps, may_be_empty=(0,) if np.ndim(maps) == 4 else ())
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    means = maps.sum(axis=(-3, -2), dtype=sum_dtype(maps)) / (maps.shape[-3] * maps.shape[-2])
    return np.asarray(means, maps.dtype)
