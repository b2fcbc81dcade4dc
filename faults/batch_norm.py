"""Mistakes in batch normalisation."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.batch_norm import batch_norm

Array = NDArray[Any]

#: Mean, variance, scale and offset.
Given = tuple[Array, Array, Array, Array]


def _as_operation(function: Callable[..., Array]) -> Callable[..., Array]:
    """Return a function of the operation's parameters, from one of maps, `Given` and epsilon."""

    def operation(
        maps: Array,
        mean: Array,
        variance: Array,
        scale: Array,
        offset: Array,
        *,
        epsilon: float = 1e-5,
    ) -> Array:
        return function(maps, (mean, variance, scale, offset), epsilon)

    return operation


def _then(change: Callable[[Array, Array, Given, float], Array]) -> Callable[..., Array]:
    """Return what changes the right result."""

    def mistaken(maps: Array, given: Given, epsilon: float) -> Array:
        return change(batch_norm(maps, *given, epsilon=epsilon), maps, given, epsilon)

    return _as_operation(mistaken)


def _of(formula: Callable[..., Any]) -> Callable[..., Array]:
    """Return what computes another formula in float64."""

    def mistaken(result: Array, maps: Array, given: Given, epsilon: float) -> Array:
        x, *others = (np.asarray(one, np.float64) for one in (maps, *given))
        with np.errstate(all="ignore"):
            return np.asarray(formula(x, *others, epsilon), result.dtype)

    return _then(mistaken)


by_the_variance = fault(
    "batch_norm-divided-by-the-variance",
    "it is divided by the variance, not by its square root",
    "divide by the standard deviation: numpy.sqrt(variance + epsilon)",
)(_of(lambda x, m, v, s, b, e: (x - m) / (v + e) * s + b))

epsilon_outside = fault(
    "batch_norm-epsilon-outside",
    "epsilon is added to the standard deviation, outside of the root",
    "add it to the variance, before the root is taken: numpy.sqrt(variance + epsilon)",
)(_of(lambda x, m, v, s, b, e: (x - m) / (np.sqrt(v) + e) * s + b))

epsilon_missing = fault(
    "batch_norm-epsilon-missing",
    "epsilon is not added: a variance of 0 divides by 0",
    "add epsilon to the variance: numpy.sqrt(variance + epsilon)",
)(_of(lambda x, m, v, s, b, _e: (x - m) / np.sqrt(v) * s + b))

epsilon_twice = fault(
    "batch_norm-epsilon-twice",
    "epsilon is added within the root and once more outside of it",
    "add it once, to the variance",
)(_of(lambda x, m, v, s, b, e: (x - m) / (np.sqrt(v + e) + e) * s + b))

epsilon_as_least = fault(
    "batch_norm-epsilon-as-least",
    "epsilon is the least variance, it is not added",
    "add it: variance + epsilon, not the larger of the two",
)(_of(lambda x, m, v, s, b, e: (x - m) / np.sqrt(np.maximum(v, e)) * s + b))

epsilon_squared = fault(
    "batch_norm-epsilon-squared",
    "the square of epsilon is added to the variance",
    "add epsilon itself: it is a variance, too",
)(_of(lambda x, m, v, s, b, e: (x - m) / np.sqrt(v + e**2) * s + b))

epsilon_ignored = fault(
    "batch_norm-epsilon-ignored",
    "epsilon is 1e-5, whatever is given",
    "add the epsilon that is given",
)(_of(lambda x, m, v, s, b, _e: (x - m) / np.sqrt(v + 1e-5) * s + b))

root_of_root = fault(
    "batch_norm-root-twice",
    "the square root is taken twice",
    "divide by the standard deviation: numpy.sqrt(variance + epsilon)",
)(_of(lambda x, m, v, s, b, e: (x - m) / (v + e) ** 0.25 * s + b))

not_divided = fault(
    "batch_norm-not-divided",
    "nothing is divided by the standard deviation",
    "divide by the standard deviation: numpy.sqrt(variance + epsilon)",
)(_of(lambda x, m, _v, s, b, _e: (x - m) * s + b))

multiplied = fault(
    "batch_norm-multiplied-by-the-deviation",
    "it is multiplied by the standard deviation",
    "divide by it, or multiply by its inverse",
)(_of(lambda x, m, v, s, b, e: (x - m) * np.sqrt(v + e) * s + b))


@fault(
    "batch_norm-default-epsilon",
    "epsilon is 1e-3 by default",
    "let it be 1e-5 by default",
    seen="layers whose default is 1e-3",
)
def default_epsilon(maps: Array, *given: Array, epsilon: float = 1e-3) -> Array:
    return batch_norm(maps, *given, epsilon=epsilon)


def _own(x: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim - 1))


own_statistics = fault(
    "batch_norm-own-statistics",
    "the mean and the variance of the maps themselves are taken, as in training",
    "take those that are given: in inference nothing is measured",
    seen="layers that are left in training",
)(_of(lambda x, _m, _v, s, b, e: (x - x.mean(_own(x))) / np.sqrt(x.var(_own(x)) + e) * s + b))

own_mean = fault(
    "batch_norm-own-mean",
    "the mean of the maps themselves is subtracted",
    "subtract the mean that is given",
)(_of(lambda x, _m, v, s, b, e: (x - x.mean(_own(x))) / np.sqrt(v + e) * s + b))

of_each_image = fault(
    "batch_norm-own-statistics-of-each-image",
    "every map of every image is normalised by its own mean and variance (instance normalisation)",
    "take the mean and the variance that are given",
)(
    _of(
        lambda x, _m, _v, s, b, e: (
            (x - x.mean((-3, -2), keepdims=True)) / np.sqrt(x.var((-3, -2), keepdims=True) + e) * s
            + b
        )
    )
)

over_all_maps = fault(
    "batch_norm-own-statistics-of-all-maps",
    "each image is normalised by the mean and the variance of all its maps (layer normalisation)",
    "take the mean and the variance that are given, of each map",
)(
    _of(
        lambda x, _m, _v, s, b, e: (
            (x - x.mean((-3, -2, -1), keepdims=True))
            / np.sqrt(x.var((-3, -2, -1), keepdims=True) + e)
            * s
            + b
        )
    )
)

updated_first = fault(
    "batch_norm-statistics-updated",
    "the given statistics are updated by a tenth of the maps' own before they are used",
    "use them as they are: they are updated in training only",
)(
    _of(
        lambda x, m, v, s, b, e: (
            (x - (0.9 * m + 0.1 * x.mean(_own(x))))
            / np.sqrt(0.9 * v + 0.1 * x.var(_own(x)) + e)
            * s
            + b
        )
    )
)

corrected_again = fault(
    "batch_norm-variance-corrected",
    "the variance is corrected by n / (n - 1) once more",
    "take the variance as it is given",
)(
    _of(
        lambda x, m, v, s, b, e: (
            (x - m) / np.sqrt(v * x[..., 0].size / max(x[..., 0].size - 1, 1) + e) * s + b
        )
    )
)

swapped = fault(
    "batch_norm-scale-and-offset-swapped",
    "scale and offset are taken for each other",
    "multiply by the scale (gamma), and add the offset (beta)",
)(_of(lambda x, m, v, s, b, e: (x - m) / np.sqrt(v + e) * b + s))

mean_for_variance = fault(
    "batch_norm-mean-and-variance-swapped",
    "mean and variance are taken for each other",
    "subtract the mean, and divide by the root of the variance",
)(_of(lambda x, m, v, s, b, e: (x - v) / np.sqrt(m + e) * s + b))

of_keras = fault(
    "batch_norm-order-of-parameters",
    "the parameters are taken in the order scale, offset, mean, variance",
    "take them in the order mean, variance, scale, offset",
    seen="layers of other libraries",
)(_of(lambda x, m, v, s, b, e: (x - s) / np.sqrt(b + e) * m + v))

scale_of_1 = fault(
    "batch_norm-scale-taken-as-1",
    "the scale is not applied",
    "multiply by the scale, after the division",
)(_of(lambda x, m, v, _s, b, e: (x - m) / np.sqrt(v + e) + b))

no_offset = fault(
    "batch_norm-no-offset",
    "the offset is not added",
    "add the offset at the end",
)(_of(lambda x, m, v, s, _b, e: (x - m) / np.sqrt(v + e) * s))

offset_first = fault(
    "batch_norm-offset-first",
    "the offset is added before the scale is applied",
    "multiply first, then add",
)(_of(lambda x, m, v, s, b, e: ((x - m) / np.sqrt(v + e) + b) * s))

offset_divided = fault(
    "batch_norm-offset-divided",
    "the offset is divided by the standard deviation, too",
    "divide first, then add the offset",
)(_of(lambda x, m, v, s, b, e: ((x - m) * s + b) / np.sqrt(v + e)))

scale_divides = fault(
    "batch_norm-divided-by-the-scale",
    "it is divided by the scale",
    "multiply by the scale",
)(_of(lambda x, m, v, s, b, e: (x - m) / np.sqrt(v + e) / np.where(s == 0, 1, s) + b))

scale_from_0 = fault(
    "batch_norm-scale-from-0",
    "1 is added to the scale: it is taken for a difference from 1",
    "multiply by the scale as it is given",
)(_of(lambda x, m, v, s, b, e: (x - m) / np.sqrt(v + e) * (1 + s) + b))

mean_not_subtracted = fault(
    "batch_norm-mean-not-subtracted",
    "the mean is not subtracted",
    "subtract the mean from the maps first",
)(_of(lambda x, _m, v, s, b, e: x / np.sqrt(v + e) * s + b))

mean_added = fault(
    "batch_norm-mean-added",
    "the mean is added",
    "subtract the mean",
)(_of(lambda x, m, v, s, b, e: (x + m) / np.sqrt(v + e) * s + b))

mean_late = fault(
    "batch_norm-mean-after-the-division",
    "the mean is subtracted after the division",
    "subtract the mean first: (x - mean) / deviation",
)(_of(lambda x, m, v, s, b, e: (x / np.sqrt(v + e) - m) * s + b))

turned = fault(
    "batch_norm-sign-turned",
    "the maps are subtracted from the mean",
    "subtract the mean from the maps: x - mean",
)(_of(lambda x, m, v, s, b, e: (m - x) / np.sqrt(v + e) * s + b))

folded_without_factor = fault(
    "batch_norm-folded-offset-without-factor",
    "the folded offset is offset - mean: the mean is not multiplied by the factor",
    "fold both: factor = scale / sqrt(variance + epsilon), and offset - mean * factor",
)(_of(lambda x, m, v, s, b, e: x * s / np.sqrt(v + e) + b - m))

folded_without_scale = fault(
    "batch_norm-folded-offset-without-scale",
    "the folded offset leaves the scale out: offset - mean / deviation",
    "fold both: factor = scale / sqrt(variance + epsilon), and offset - mean * factor",
)(_of(lambda x, m, v, s, b, e: x * s / np.sqrt(v + e) + b - m / np.sqrt(v + e)))


first_for_all = fault(
    "batch_norm-first-parameters-for-all",
    "the parameters of the first map serve for all maps",
    "take the k-th of each for map k",
)(_of(lambda x, m, v, s, b, e: (x - m[0]) / np.sqrt(v[0] + e) * s[0] + b[0]))

averaged_parameters = fault(
    "batch_norm-one-mean-for-all",
    "the mean over all maps is subtracted from each of them",
    "subtract mean[k] from map k",
)(_of(lambda x, m, v, s, b, e: (x - m.mean()) / np.sqrt(v + e) * s + b))

shifted_by_one = fault(
    "batch_norm-parameters-one-on",
    "each map has the parameters of the one after it",
    "count maps and parameters from the same number",
)(
    _of(
        lambda x, m, v, s, b, e: (
            (x - np.roll(m, -1)) / np.sqrt(np.roll(v, -1) + e) * np.roll(s, -1) + np.roll(b, -1)
        )
    )
)

negatives_cut = fault(
    "batch_norm-negatives-cut",
    "negative results become 0: ReLU is applied as well",
    "return the results as they are",
    seen="fused layers",
)(_of(lambda x, m, v, s, b, e: np.maximum((x - m) / np.sqrt(v + e) * s + b, 0)))


@fault(
    "batch_norm-along-the-rows",
    "the parameters run along the rows where there are as many rows as maps",
    "let them run along the last axis, that of the maps",
)
@_then
def along_the_rows(result: Array, maps: Array, given: Given, epsilon: float) -> Array:
    if maps.shape[-3] != maps.shape[-1]:
        return result
    turned = batch_norm(np.swapaxes(maps, -3, -1), *given, epsilon=epsilon)
    return np.swapaxes(turned, -3, -1)


@fault(
    "batch_norm-first-image-only",
    "only the first image of a batch is normalised",
    "normalise every image",
)
@_then
def first_image_only(result: Array, maps: Array, *_others: Any) -> Array:
    if maps.ndim == 4:
        result[1:] = maps[1:]
    return result


@fault(
    "batch_norm-last-maps-unchanged",
    "maps beyond the last full block of 4 stay as they are, where there are more than 4",
    "let the loop over the maps run to the last one, in blocks or not",
)
@_then
def last_maps_unchanged(result: Array, maps: Array, *_others: Any) -> Array:
    whole = maps.shape[-1] // 4 * 4
    if whole:
        result[..., whole:] = maps[..., whole:]
    return result


@fault(
    "batch_norm-single-image-becomes-a-batch",
    "the maps of one image come back as a batch of one",
    "return as many axes as were given, or refuse what is no batch",
    seen="parameters reshaped to four axes",
)
@_then
def becomes_a_batch(result: Array, *_others: Any) -> Array:
    return result[np.newaxis] if result.ndim == 3 else result


@fault(
    "batch_norm-float32-inside",
    "float64 maps are normalised in float32",
    "compute in the precision of the maps",
)
@_then
def float32_inside(result: Array, maps: Array, given: Given, epsilon: float) -> Array:
    narrow = (np.asarray(one, np.float32) for one in (maps, *given))
    return batch_norm(*narrow, epsilon=epsilon).astype(result.dtype)


@fault(
    "batch_norm-integers-stay-integers",
    "the result of integer maps is an integer: its fraction is cut off",
    "create the result with a floating-point dtype",
    effect=ADVISED,
)
@_then
def integers_stay_integers(result: Array, maps: Array, *_others: Any) -> Array:
    return result.astype(maps.dtype) if maps.dtype.kind in "iu" else result


@fault(
    "batch_norm-nan-everywhere",
    "a NaN in a map makes all of the map NaN",
    "compute every number from itself and its map's parameters alone",
)
@_then
def nan_everywhere(result: Array, maps: Array, *_others: Any) -> Array:
    spoilt = np.isnan(maps).any(axis=(-3, -2), keepdims=True)
    return np.where(spoilt, result.dtype.type(np.nan), result)


@fault(
    "batch_norm-infinity-lost",
    "infinities become NaN: x is divided before it is compared with itself",
    "let infinity stay: (inf - mean) / deviation is infinite",
)
@_then
def infinity_lost(result: Array, maps: Array, *_others: Any) -> Array:
    return np.where(np.isinf(maps), result.dtype.type(np.nan), result)


@fault(
    "batch_norm-remembers-the-factor",
    "the factor of the first call with so many maps serves for all later ones",
    "fold anew whenever variance, scale or epsilon are others",
    makes=True,
    seen="folded layers",
)
def remembers_the_factor() -> Callable[..., Array]:
    kept: dict[int, tuple[Array, Array, float]] = {}

    def mistaken(maps: Array, given: Given, epsilon: float) -> Array:
        result = batch_norm(maps, *given, epsilon=epsilon)
        mean, variance, scale, offset = given
        now = (np.array(variance), np.array(scale), float(epsilon))
        variance, scale, epsilon = kept.setdefault(maps.shape[-1], now)
        with_first = batch_norm(maps, mean, variance, scale, offset, epsilon=epsilon)
        return with_first.astype(result.dtype)

    return _as_operation(mistaken)


def _refitted(refit: Callable[[Array, int], Array]) -> Callable[..., Array]:
    """Return what makes parameters of another length fit."""

    def mistaken(maps: Array, given: Given, epsilon: float) -> Array:
        fitting = (refit(one, maps.shape[-1]) for one in given)
        return batch_norm(maps, *fitting, epsilon=epsilon)

    return _as_operation(mistaken)


short_parameters_broadcast = fault(
    "batch_norm-short-parameters-broadcast",
    "parameters of one number serve for all maps",
    "raise a ValueError unless there is one number for each map",
    effect=ADVISED,
)(_refitted(lambda one, count: np.repeat(one, count) if one.shape == (1,) else one))

long_parameters_cut = fault(
    "batch_norm-long-parameters-cut",
    "parameters beyond the number of maps are dropped",
    "raise a ValueError unless there is one number for each map",
)(_refitted(lambda one, count: one[:count]))
