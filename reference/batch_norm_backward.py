"""The gradients of batch normalisation, as it is computed in inference."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import ParameterLengthError, ShapeError, VarianceError

__all__ = [
    "batch_norm_backward",
    "batch_norm_grad_maps",
    "batch_norm_grad_mean",
    "batch_norm_grad_offset",
    "batch_norm_grad_scale",
    "batch_norm_grad_variance",
]


def batch_norm_backward(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the gradients of a loss to the maps and the four parameters of a normalisation.

    In inference mean and variance are numbers of their own, not those of the maps: the gradient to
    the maps has no further terms. With ``deviation = sqrt(variance + epsilon)``:

    Parameters
    ----------
    grad : (H, W, K) or (N, H, W, K)
        The gradient of the loss to what `batch_norm` returned.
    maps : the same shape
        As `batch_norm` was given them; the others too.
    mean, variance, scale : (K,)
        The offset does not matter.
    epsilon : float, optional

    Returns
    -------
    grad_maps : the shape of maps
        ``grad * scale / deviation``
    grad_mean : (K,)
        ``-grad * scale / deviation``, summed over images, rows and columns, as all below.
    grad_variance : (K,)
        ``-grad * (maps - mean) * scale / (2 * deviation**3)``
    grad_scale : (K,)
        ``grad * (maps - mean) / deviation``
    grad_offset : (K,)
        ``grad``

    Raises
    ------
    ParameterLengthError, VarianceError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the chain rule on Ioffe and Szegedy, Batch Normalization, 2015, algorithm 2.
    """
    return (
        batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon),
        batch_norm_grad_mean(grad, maps, mean, variance, scale, epsilon=epsilon),
        batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon),
        batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon),
        batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon),
    )


def batch_norm_grad_maps(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> FloatArray:
    """Return the gradient to the maps, of their shape: see `batch_norm_backward`."""
    g, _, deviation, s, own = _read(grad, maps, mean, variance, scale, epsilon)
    return np.asarray(g * s / deviation, own)


def batch_norm_grad_mean(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> FloatArray:
    """Return the gradient to the means (K,): see `batch_norm_backward`."""
    g, _, deviation, s, own = _read(grad, maps, mean, variance, scale, epsilon)
    return _summed(-g * s / deviation, own)


def batch_norm_grad_variance(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> FloatArray:
    """Return the gradient to the variances (K,): see `batch_norm_backward`."""
    g, centred, deviation, s, own = _read(grad, maps, mean, variance, scale, epsilon)
    return _summed(-g * centred * s / (2 * deviation**3), own)


def batch_norm_grad_scale(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> FloatArray:
    """Return the gradient to the scales (K,): see `batch_norm_backward`."""
    g, centred, deviation, _, own = _read(grad, maps, mean, variance, scale, epsilon)
    return _summed(g * centred / deviation, own)


def batch_norm_grad_offset(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    *,
    epsilon: float = 1e-5,
) -> FloatArray:
    """Return the gradient to the offsets (K,): ``grad`` itself, summed."""
    g, _, _, _, own = _read(grad, maps, mean, variance, scale, epsilon)
    return _summed(g, own)


def _summed(parts: FloatArray, own: np.dtype[np.floating]) -> FloatArray:
    """Return the sum over all axes but the last."""
    return np.asarray(parts.sum(axis=tuple(range(parts.ndim - 1))), own)


def _read(
    grad: ArrayLike,
    maps: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    scale: ArrayLike,
    epsilon: float,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, np.dtype[np.floating]]:
    """Return grad, maps - mean, the deviation and the scale, and the dtype of the results."""
    maps = as_floats("maps", maps, may_be_empty=(0,) if np.ndim(maps) == 4 else ())
    grad = as_floats("grad", grad, may_be_empty=(0,) if np.ndim(grad) == 4 else ())
    if maps.ndim not in (3, 4):
        raise ShapeError(f"maps must be (H, W, K) or (N, H, W, K), got the shape {maps.shape}")
    if grad.shape != maps.shape:
        raise ShapeError(f"grad must have the shape {maps.shape} of maps, got {grad.shape}")
    given = {"mean": mean, "variance": variance, "scale": scale}
    of_maps = {name: as_floats(name, numbers) for name, numbers in given.items()}
    for name, numbers in of_maps.items():
        if numbers.shape != maps.shape[-1:]:
            raise ParameterLengthError(
                f"{name} must hold one number for each of {maps.shape[-1]} maps,"
                f" got the shape {numbers.shape}"
            )
    if epsilon < 0 or (of_maps["variance"] < 0).any():
        raise VarianceError("neither variance nor epsilon may be below 0")
    arrays = (grad, maps, *of_maps.values())
    wide = sum_dtype(*arrays)
    g, x, m, v, s = (array.astype(wide) for array in arrays)
    return g, x - m, np.sqrt(v + wide.type(epsilon)), s, np.result_type(*arrays)
