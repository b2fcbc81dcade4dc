"""The gradient of global average pooling."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ShapeError

__all__ = ["global_avg_pool2d_backward"]


def global_avg_pool2d_backward(grad: ArrayLike, maps: ArrayLike) -> FloatArray:
    """Return the gradient of a loss to the maps whose means were taken.

    Every element of a map gets the same: what comes in for its mean, over rows times columns.

    Parameters
    ----------
    grad : (K,) or (N, K)
        The gradient of the loss to what `global_avg_pool2d` returned.
    maps : (H, W, K) or (N, H, W, K)

    Returns
    -------
    The shape of the maps

    Raises
    ------
    ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the chain rule on Lin, Chen and Yan, Network In Network, 2013, section 3.2.
    """
    may_be_empty = (0,) if np.ndim(maps) == 4 else ()
    maps = as_floats("maps", maps, may_be_empty=may_be_empty)
    grad = as_floats("grad", grad, may_be_empty=may_be_empty)
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    due = (*maps.shape[:-3], maps.shape[-1])
    if grad.shape != due:
        raise ShapeError(f"grad must have the shape of the means {due}, got {grad.shape}")
    shares = grad.astype(sum_dtype(grad, maps)) / (maps.shape[-3] * maps.shape[-2])
    shares = shares.astype(np.result_type(grad, maps))[..., np.newaxis, np.newaxis, :]
    return np.array(np.broadcast_to(shares, maps.shape), order="C")
