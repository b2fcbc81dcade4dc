"""Batch normalisation, as it is computed in inference."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ParameterLengthError, ShapeError, VarianceError

__all__ = ["batch_norm"]


def batch_norm(
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    offset: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> FloatArray:
    """Normalise every map by a given mean and variance, then scale it and add an offset.

    ``(maps - mean) / sqrt(variance + epsilon) * scale + offset``, with one mean, variance, scale
    and offset for each map, for all images of a batch.

    Parameters
    ----------
    maps : (H, W, K) or (N, H, W, K)
    mean, variance, scale, offset : (K,)
        The variance, in the square of the maps' unit, is that of the maps as they were in training:
        nothing is measured here.
    epsilon : float, optional
        Added to the variance, so that nothing is divided by 0.

    Returns
    -------
    The same shape
        A new array.

    Raises
    ------
    ParameterLengthError, VarianceError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: Ioffe and Szegedy, Batch Normalization, 2015, algorithm 2.
    """
    maps = as_floats("maps", maps, may_be_empty=(0,) if np.ndim(maps) == 4 else ())
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    given = {"mean": mean, "variance": variance, "scale": scale, "offset": offset}
    of_maps = {name: as_floats(name, numbers) for name, numbers in given.items()}
    for name, numbers in of_maps.items():
        if numbers.shape != maps.shape[-1:]:
            raise ParameterLengthError(
                f"{name} must hold one number for each of {maps.shape[-1]} maps,"
                f" got the shape {numbers.shape}"
            )
    added = as_floats("epsilon", epsilon)
    if added.ndim:
        raise ShapeError(f"epsilon must be one number, got the shape {added.shape}")
    if added < 0 or (of_maps["variance"] < 0).any():
        raise VarianceError("neither variance nor epsilon may be below 0")
    own = np.result_type(maps, *of_maps.values())
    wide = sum_dtype(maps, *of_maps.values())
    x, m, v, s, b = (array.astype(wide) for array in (maps, *of_maps.values()))
    with np.errstate(divide="ignore", invalid="ignore"):  # a variance and an epsilon of 0
        normalised = (x - m) / np.sqrt(v + wide.type(added))
    return np.asarray(normalised * s + b, own)
