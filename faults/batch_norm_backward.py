"""Mistakes in the gradients of batch normalisation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.batch_norm_backward import (
    batch_norm_grad_maps,
    batch_norm_grad_mean,
    batch_norm_grad_offset,
    batch_norm_grad_scale,
    batch_norm_grad_variance,
)

Array = NDArray[Any]


def _axes(maps: Array) -> tuple[int, ...]:
    """Return all axes but the last."""
    return tuple(range(np.ndim(maps) - 1))


def _images(maps: Array) -> int:
    return len(maps) if np.ndim(maps) == 4 else 1


def _deviation(variance: Array, epsilon: float) -> Array:
    return np.sqrt(variance.astype(np.float64) + epsilon)


def _like(found: Array, right: Array) -> Array:
    """Return what a mistake found, in the dtype of the right result."""
    return np.asarray(found).astype(right.dtype)


@fault(
    "batch_norm_grad_maps-of-training",
    "the terms of training are added: means of the gradient and of its product with the normalised"
    " maps",
    "in inference mean and variance are given numbers: grad * scale / deviation is all",
    seen="most implementations of training, called in inference",
)
def maps_of_training(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    own = maps.astype(np.float64)
    normalised = (own - own.mean(axis=_axes(maps))) / np.sqrt(own.var(axis=_axes(maps)) + epsilon)
    found = grad - grad.mean(axis=_axes(maps), dtype=np.float64)
    found = found - normalised * (grad * normalised).mean(axis=_axes(maps))
    return _like(found * scale / np.sqrt(own.var(axis=_axes(maps)) + epsilon), right)


@fault(
    "batch_norm_grad_maps-mean-of-grad-subtracted",
    "the mean of the incoming gradient is subtracted, as in training",
    "in inference the mean is a given number: subtract nothing",
)
def maps_mean_of_grad_subtracted(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right - right.mean(axis=_axes(maps), dtype=np.float64), right)


@fault(
    "batch_norm_grad_maps-scale-forgotten",
    "the scale is taken as 1",
    "multiply by the scale and divide by sqrt(variance + epsilon)",
)
def maps_scale_forgotten(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return batch_norm_grad_maps(grad, maps, mean, variance, np.ones_like(scale), epsilon=epsilon)


@fault(
    "batch_norm_grad_maps-not-divided",
    "it is not divided by the deviation",
    "multiply by the scale and divide by sqrt(variance + epsilon)",
)
def maps_not_divided(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(grad * scale.astype(np.float64), right)


@fault(
    "batch_norm_grad_maps-divided-by-the-variance",
    "it is divided by the variance: the root is missing",
    "multiply by the scale and divide by sqrt(variance + epsilon)",
)
def maps_divided_by_the_variance(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right / _deviation(variance, epsilon), right)


@fault(
    "batch_norm_grad_maps-multiplied-by-the-deviation",
    "it is multiplied by the deviation, not divided",
    "multiply by the scale and divide by sqrt(variance + epsilon)",
)
def maps_multiplied_by_the_deviation(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * _deviation(variance, epsilon) ** 2, right)


@fault(
    "batch_norm_grad_maps-epsilon-outside",
    "epsilon is added to the standard deviation, outside of the root",
    "add epsilon to the variance, before the root is taken",
)
def maps_epsilon_outside(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    deviation = np.sqrt(variance.astype(np.float64)) + epsilon
    return _like(grad * scale.astype(np.float64) / deviation, right)


@fault(
    "batch_norm_grad_maps-epsilon-ignored",
    "epsilon is 1e-5, whatever is given",
    "add the epsilon that is given to the variance",
)
def maps_epsilon_ignored(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return batch_norm_grad_maps(grad, maps, mean, variance, scale)


@fault(
    "batch_norm_grad_maps-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
)
def maps_grad_dropped(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    return batch_norm_grad_maps(np.ones_like(grad), maps, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_maps-times-normalised",
    "the result is multiplied by the normalised maps",
    "leave the maps out: the layer is a line in each of their numbers",
)
def maps_times_normalised(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * (maps - mean) / _deviation(variance, epsilon), right)


@fault(
    "batch_norm_grad_maps-first-image-only",
    "only the first image of a batch is treated: elsewhere the gradient comes through as it is",
    "treat all images of a batch",
)
def maps_first_image_only(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    if np.ndim(maps) == 4:
        right[1:] = grad[1:]
    return right


@fault(
    "batch_norm_grad_maps-in-place",
    "the incoming gradient is changed in place",
    "write into a new array: grad * scale, not grad *= scale",
)
def maps_in_place(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    if grad.flags.writeable:
        grad[...] = right
    return right


@fault(
    "batch_norm_grad_maps-first-map-for-all",
    "the parameters of the first map serve for all maps",
    "take the k-th of each for map k",
)
def maps_first_map_for_all(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    first = [np.repeat(one[:1], len(one)) for one in (mean, variance, scale)]
    return batch_norm_grad_maps(grad, maps, *first, epsilon=epsilon)


@fault(
    "batch_norm_grad_maps-in-float32",
    "the gradient to the maps is computed in float32",
    "keep the precision of the arguments",
)
def maps_in_float32(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_maps(grad, maps, mean, variance, scale, epsilon=epsilon)
    return right.astype(np.float32).astype(right.dtype)


@fault(
    "batch_norm_grad_mean-sign-lost",
    "the sign is lost: the mean is subtracted in the layer",
    "return minus the sum",
)
def mean_sign_lost(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    return -batch_norm_grad_mean(grad, maps, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_mean-averaged",
    "it is averaged over images, rows and columns, not summed",
    "add over images, rows and columns",
)
def mean_averaged(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_mean(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right / maps[..., 0].size, right)


@fault(
    "batch_norm_grad_mean-scale-forgotten",
    "the scale is taken as 1",
    "multiply by the scale and divide by sqrt(variance + epsilon)",
)
def mean_scale_forgotten(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_mean(grad, maps, mean, variance, scale, epsilon=epsilon)
    return batch_norm_grad_mean(grad, maps, mean, variance, np.ones_like(scale), epsilon=epsilon)


@fault(
    "batch_norm_grad_mean-zero",
    "0 is returned: the mean is taken for a constant that has no gradient",
    "return the gradient to the mean, or none at all",
    seen="layers that return zeros for their statistics",
)
def mean_zero(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    return np.zeros_like(batch_norm_grad_mean(grad, maps, mean, variance, scale, epsilon=epsilon))


@fault(
    "batch_norm_grad_mean-first-image-only",
    "only the first image of a batch counts",
    "add the gradients of all images",
)
def mean_first_image_only(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_mean(grad, maps, mean, variance, scale, epsilon=epsilon)
    one = (grad[:1], maps[:1]) if np.ndim(maps) == 4 else (grad, maps)
    return batch_norm_grad_mean(*one, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_variance-half-missing",
    "the factor 1/2 is missing",
    "multiply by -1/2",
)
def variance_half_missing(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    return 2 * batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_variance-sign-lost",
    "the sign is lost: the power is negative",
    "multiply by -1/2",
)
def variance_sign_lost(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    return -batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_variance-power-of-minus-1-2",
    "the power is -1/2, not -3/2",
    "divide by the cube of the deviation",
)
def variance_power_of_minus_1_2(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * _deviation(variance, epsilon) ** 2, right)


@fault(
    "batch_norm_grad_variance-of-the-deviation",
    "it is the gradient to the deviation, not to the variance",
    "divide by twice the deviation, too",
)
def variance_of_the_deviation(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * 2 * _deviation(variance, epsilon), right)


@fault(
    "batch_norm_grad_variance-mean-forgotten",
    "the mean is not subtracted from the maps",
    "multiply by maps - mean",
)
def variance_mean_forgotten(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)
    return batch_norm_grad_variance(
        grad, maps, np.zeros_like(mean), variance, scale, epsilon=epsilon
    )


@fault(
    "batch_norm_grad_variance-epsilon-forgotten",
    "the variance is taken without epsilon",
    "add epsilon to the variance",
)
def variance_epsilon_forgotten(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)
    with np.errstate(all="ignore"):
        share = _deviation(variance, epsilon) / _deviation(variance, 0.0)
        return _like(right * share**3, right)


@fault(
    "batch_norm_grad_variance-averaged",
    "it is averaged over images, rows and columns, not summed",
    "add over images, rows and columns",
)
def variance_averaged(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_variance(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right / maps[..., 0].size, right)


@fault(
    "batch_norm_grad_scale-maps-as-they-came",
    "the maps as they came stand in the place of the normalised ones",
    "multiply by (maps - mean) / deviation",
    seen="layers that keep the input, not the normalised maps",
)
def scale_maps_as_they_came(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like((grad * maps.astype(np.float64)).sum(axis=_axes(maps)), right)


@fault(
    "batch_norm_grad_scale-not-divided",
    "the maps are centred, and not divided by the deviation",
    "multiply by (maps - mean) / deviation",
)
def scale_not_divided(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * _deviation(variance, epsilon), right)


@fault(
    "batch_norm_grad_scale-own-statistics",
    "the maps are normalised by statistics of their own",
    "take the mean and the variance that are given",
    seen="most implementations of training, called in inference",
)
def scale_own_statistics(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    own = maps.astype(np.float64)
    m, v = (of.astype(mean.dtype) for of in (own.mean(_axes(maps)), own.var(_axes(maps))))
    return batch_norm_grad_scale(grad, maps, m, v, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_scale-scale-multiplied",
    "the scale is multiplied, too: the result stands in the place of the normalised maps",
    "leave the scale out",
)
def scale_scale_multiplied(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * scale, right)


@fault(
    "batch_norm_grad_scale-divided-by-images",
    "it is divided by the number of images, and the gradient to the offset is not",
    "divide in the loss, if at all, or divide all alike",
)
def scale_divided_by_images(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right / _images(maps), right)


@fault(
    "batch_norm_grad_scale-for-each-image",
    "it is not summed over the images: there is one for each",
    "add the gradients of all images",
)
def scale_for_each_image(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    if np.ndim(maps) < 4:
        return batch_norm_grad_scale(grad, maps, mean, variance, scale, epsilon=epsilon)
    single = [
        batch_norm_grad_scale(g, x, mean, variance, scale, epsilon=epsilon)
        for g, x in zip(grad, maps, strict=True)
    ]
    return np.stack(single)


@fault(
    "batch_norm_grad_scale-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
)
def scale_grad_dropped(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    return batch_norm_grad_scale(np.ones_like(grad), maps, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_offset-over-the-maps-too",
    "it is summed over the maps, too: each gets the sum of all",
    "add over images, rows and columns",
)
def offset_over_the_maps_too(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon)
    return np.full_like(right, right.sum())


@fault(
    "batch_norm_grad_offset-averaged",
    "it is averaged over images, rows and columns, not summed",
    "add over images, rows and columns",
)
def offset_averaged(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right / maps[..., 0].size, right)


@fault(
    "batch_norm_grad_offset-scale-multiplied",
    "it is multiplied by the scale",
    "return the sums alone",
)
def offset_scale_multiplied(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(right * scale, right)


@fault(
    "batch_norm_grad_offset-last-image-only",
    "only the last image of a batch counts: it is stored, not added",
    "add the gradients of all images (+=)",
)
def offset_last_image_only(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon)
    one = (grad[-1:], maps[-1:]) if np.ndim(maps) == 4 else (grad, maps)
    return batch_norm_grad_offset(*one, mean, variance, scale, epsilon=epsilon)


@fault(
    "batch_norm_grad_offset-axes-kept",
    "the axes that are summed over are kept",
    "return the shape of the offset: (K,)",
)
def offset_axes_kept(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon)
    return right.reshape((1,) * (np.ndim(maps) - 1) + right.shape)


@fault(
    "batch_norm_grad_offset-in-float32",
    "the gradient to the offset is summed in float32",
    "keep the precision of the arguments",
)
def offset_in_float32(
    grad: Array, maps: Array, mean: Array, variance: Array, scale: Array, *, epsilon: float = 1e-5
) -> Array:
    right = batch_norm_grad_offset(grad, maps, mean, variance, scale, epsilon=epsilon)
    return _like(grad.astype(np.float32).sum(axis=_axes(maps)), right)
