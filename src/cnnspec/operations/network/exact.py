"""The MNIST network, exactly, with the error bounds of its layers put together.

Pixels are whole numbers, and the weights of `parameters` are multiples of powers of two, so that
image / 255 - 1/2 = (2 * image - 255) / 510 takes all layers up to the logits in whole numbers.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.exact import bounds

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Roundings of image / 255 - 0.5, however it is written, relative to the largest value of 1.
INPUT_ROUNDINGS = 3

_FILTER_GRID = 2**12
_WEIGHT_GRID = 2**14
_BIAS_GRID = 2**10


@dataclass(frozen=True)
class Parameters:
    """The parameters of the network.

    Attributes
    ----------
    filters : (8, 3, 3)
    weights : (1352, 10)
    biases : (10,)
    """

    filters: Floats
    weights: Floats
    biases: Floats

    @cached_property
    def whole(self) -> tuple[Floats, ...]:
        """The parameters as whole numbers, counted in the steps of their grids.

        They are float64, whose matrix products are the fast ones, and exact below 2^53.
        """
        grids = (_FILTER_GRID, _WEIGHT_GRID, _BIAS_GRID)
        parts = self.by_name().values()
        return tuple(_whole(part, grid) for part, grid in zip(parts, grids, strict=True))

    @cached_property
    def heaviest(self) -> float:
        """The largest sum of absolute whole weights of a node."""
        return float(np.abs(self.whole[1]).sum(axis=0).max())

    @cached_property
    def sizes(self) -> tuple[Floats, ...]:
        """The absolute parameters, the filters along the last axis."""
        return np.abs(np.moveaxis(self.filters, 0, -1)), np.abs(self.weights), np.abs(self.biases)

    def by_name(self) -> dict[str, Floats]:
        """Return the three arrays by their names."""
        return {"filters": self.filters, "weights": self.weights, "biases": self.biases}

    def held_by(self, dtype: np.dtype[Any]) -> bool:
        """Return whether a dtype holds every parameter exactly."""
        return all(np.array_equal(p, p.astype(dtype)) for p in self.by_name().values())


def parameters(seed: int = 0) -> Parameters:
    """Return random parameters, spread like the article's, that float32 holds exactly."""
    random = np.random.RandomState(seed)
    filters = random.standard_normal((8, 3, 3)) / 3
    weights = random.standard_normal((1352, 10)) / 20
    biases = random.standard_normal(10) / 4
    return on_grid(filters, weights, biases)


def on_grid(filters: Floats, weights: Floats, biases: Floats) -> Parameters:
    """Return parameters rounded to the powers of two that the exact network computes in."""
    return Parameters(
        np.round(filters * _FILTER_GRID) / _FILTER_GRID,
        np.round(weights * _WEIGHT_GRID) / _WEIGHT_GRID,
        np.round(biases * _BIAS_GRID) / _BIAS_GRID,
    )


@dataclass(frozen=True)
class Layer:
    """What a layer of the network returns for one image, and how far off it may be.

    Attributes
    ----------
    high, low : float64, the shape of the layer
        The exact value is high + low.
    bound : float64, the same shape
    """

    high: Floats
    low: Floats
    bound: Floats


@dataclass(frozen=True, eq=False)
class ExactLogits:
    """Exact logits of one image and how far an implementation's may be from them.

    Attributes
    ----------
    logits : list of 10 Fraction
    delta : float
        The largest bound of the ten.
    layers : dict of Layer
        "input" (28, 28), "conv" (26, 26, 8), "pool" (13, 13, 8) and "logits" (10,).
    """

    logits: list[Fraction]
    delta: float
    layers: dict[str, Layer]

    def certain_class(self) -> int | None:
        """Return the class that every implementation within the bound must choose, if any."""
        first, second = sorted(self.logits, reverse=True)[:2]
        return self.logits.index(first) if float(first - second) > 3 * self.delta else None


def exact_logits(
    image: Array,
    network: Parameters,
    dtype: np.dtype[Any],
    *,
    normwise: bool = False,
    sums: np.dtype[Any] | None = None,
) -> ExactLogits:
    """Return the exact logits of a digit (28, 28), and their bound if computed in ``dtype``.

    The bound is put together layer by layer: convolution multiplies the error of its input by
    the sum of absolute weights and adds rule D; max-pooling keeps the largest error of a window,
    because a maximum moves no further than any of its elements; dense is as convolution.
    ``normwise`` puts rule F in the place of rule D for the convolution.

    Where ``sums`` names a finer dtype, products are summed up in that and each sum is rounded to
    ``dtype`` once: in the place of rule D, u |y| for the rounding of the sum y, and for the sum
    gamma(n + 1) of the finer dtype. Parameters that ``dtype`` does not hold cost another u of the
    magnitude. The image is then known to be rounded once, from float64.
    """
    filters, weights, biases = network.whole
    pixels = 2 * image.astype(np.float64) - 255  # over 510
    windows = sliding_window_view(pixels, (3, 3))
    maps = np.tensordot(windows, filters, axes=([2, 3], [1, 2]))
    pooled = maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3))
    denominator = 510 * _FILTER_GRID * _WEIGHT_GRID
    offsets = biases * (denominator // _BIAS_GRID)
    _check_exact(np.abs(pooled).max() * network.heaviest + np.abs(offsets).max())
    totals = pooled.ravel() @ weights + offsets
    exact = {
        "input": _over_255(pixels, 2),
        "conv": _over_255(maps, 2 * _FILTER_GRID),
        "pool": _over_255(pooled, 2 * _FILTER_GRID),
        "logits": _over_255(totals, 2 * _FILTER_GRID * _WEIGHT_GRID),
    }
    high = {name: parts[0] for name, parts in exact.items()}
    if sums is None:
        input_error = np.full(image.shape, INPUT_ROUNDINGS * bounds.precision(dtype).roundoff)
    else:
        input_error = np.abs((image / 255 - 0.5).astype(dtype) - high["input"])
    bound = layer_bounds(high, input_error, network, dtype, sums or dtype, normwise=normwise)
    layers = {name: Layer(*parts, bound[name]) for name, parts in exact.items()}
    logits = [Fraction(int(total), denominator) for total in totals]
    return ExactLogits(logits, float(bound["logits"].max()), layers)


def _check_exact(largest: float) -> None:
    if largest >= 2**53:
        raise ValueError("the network's exact values must fit into 53 bits")


def _over_255(whole: Floats, power_of_two: int) -> tuple[Floats, Floats]:
    """Return whole numbers / (255 * power of two), to the nearest and the rest.

    With m an integer below 2^53 and h the float64 nearest to m / 255, the differences in
    (m - 256 h) + h = m - 255 h are all exact, because their operands are close to one another.
    """
    _check_exact(max(whole.max(), -whole.min()))
    high = whole / 255
    rest = (whole - 256 * high) + high
    return high / power_of_two, rest / 255 / power_of_two


def _whole(values: Floats, grid: int) -> Floats:
    whole = values * grid
    if not np.array_equal(whole, np.round(whole)):
        raise ValueError(f"parameters must be multiples of 1/{grid}")
    return whole


@dataclass(frozen=True)
class _Rounding:
    """How a layer's sums of products round: in ``sums``, and then to ``values``."""

    values: bounds.Precision
    sums: bounds.Precision
    held: bool

    def of_sums(self, terms: int, magnitude: Floats, size: Floats) -> Floats:
        """Bound sums of so many products with this magnitude; ``size`` is that of the result."""
        underflow = (terms + 1) * self.sums.smallest_normal
        if self.sums == self.values:
            return bounds.gamma(terms + 3, self.values.roundoff) * magnitude + underflow
        of_parameters = 0.0 if self.held else self.values.roundoff * magnitude
        of_sum = bounds.gamma(terms + 1, self.sums.roundoff) * magnitude + of_parameters
        of_result = self.values.roundoff * (size + of_sum) + self.values.smallest_normal
        return of_sum + of_result + underflow


def windows_of_two(maps: Array) -> Array:
    """Return (H // 2, W // 2, 4, K): the elements of each window of 2x2 of maps, row by row."""
    rows, columns, count = maps.shape[0] // 2, maps.shape[1] // 2, maps.shape[2]
    windows = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, count)
    return windows.swapaxes(1, 2).reshape(rows, columns, 4, count)


def layer_bounds(
    exact: dict[str, Floats],
    input_error: Floats,
    network: Parameters,
    values: np.dtype[Any],
    sums: np.dtype[Any],
    *,
    normwise: bool,
) -> dict[str, Floats]:
    """Return the bound of every layer, from its exact values and the bound on its input.

    They are those of `exact_logits`, of whatever parameters and sizes.
    """
    format_ = bounds.precision(values)
    u = format_.roundoff
    held = sums == values or network.held_by(values)
    rounding = _Rounding(format_, bounds.precision(sums), held)
    absolute_filters, absolute_weights, absolute_biases = network.sizes
    image = np.abs(exact["input"])
    size = absolute_filters.shape[:2]

    def windows(pixels: Floats) -> Floats:
        return sliding_window_view(pixels, size)

    from_input = np.tensordot(windows(input_error), absolute_filters, axes=2)
    magnitude = np.tensordot(windows(image), absolute_filters, axes=2) + from_input
    conv_error = from_input + rounding.of_sums(
        int(np.prod(size)), magnitude, np.abs(exact["conv"]) + from_input
    )
    if normwise:
        weight_sums = absolute_filters.sum(axis=(0, 1))
        largest = (image.max() + input_error.max()) * weight_sums.max()
        steps = int(np.prod(size)) + int(np.ceil(np.log2(image.size)))  # as in rule F
        conv_error = from_input + 8 * bounds.gamma(steps, u) * largest

    pool_error = windows_of_two(conv_error).max(axis=2)

    inputs = len(network.weights)
    from_pool = pool_error.ravel() @ absolute_weights
    magnitude = (np.abs(exact["pool"]) + pool_error).ravel() @ absolute_weights
    magnitude = magnitude + absolute_biases
    dense_error = from_pool + rounding.of_sums(
        inputs, magnitude, np.abs(exact["logits"]) + from_pool
    )
    errors = {
        "input": input_error,
        "conv": conv_error,
        "pool": pool_error,
        "logits": dense_error,
    }
    return {name: error * bounds.ROUNDING_OF_BOUNDS for name, error in errors.items()}
