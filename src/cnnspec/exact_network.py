"""The MNIST network, exactly, with the error bounds of its layers put together.

Pixels are whole numbers, and the weights of `parameters` are multiples of powers of two, so that
image / 255 - 1/2 = (2 * image - 255) / 510 takes all layers up to the logits in whole numbers.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec import bounds

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Roundings of image / 255 - 0.5, however it is written, relative to the largest value of 1.
_INPUT_ROUNDINGS = 3

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
class ExactLogits:
    """Exact logits of one image and how far an implementation's may be from them.

    Attributes
    ----------
    logits : list of 10 Fraction
    delta : float
        The largest bound of the ten.
    """

    logits: list[Fraction]
    delta: float

    def certain_class(self) -> int | None:
        """Return the class that every implementation within the bound must choose, if any."""
        first, second = sorted(self.logits, reverse=True)[:2]
        return self.logits.index(first) if float(first - second) > 3 * self.delta else None


def exact_logits(
    image: Array, network: Parameters, dtype: np.dtype[Any], *, normwise: bool = False
) -> ExactLogits:
    """Return the exact logits of a digit (28, 28), and their bound if computed in ``dtype``.

    The bound is put together layer by layer: convolution multiplies the error of its input by
    the sum of absolute weights and adds rule D; max-pooling keeps the largest error of a window,
    because a maximum moves no further than any of its elements; dense is as convolution.
    ``normwise`` puts rule F in the place of rule D for the convolution.
    """
    filters = _whole(network.filters, _FILTER_GRID)
    weights = _whole(network.weights, _WEIGHT_GRID)
    biases = _whole(network.biases, _BIAS_GRID)
    pixels = 2 * image.astype(np.int64) - 255  # over 510
    windows = sliding_window_view(pixels, (3, 3))
    maps = np.tensordot(windows, filters, axes=([2, 3], [1, 2]))
    pooled = maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3))
    denominator = 510 * _FILTER_GRID * _WEIGHT_GRID
    sums = pooled.ravel() @ weights
    logits = [
        Fraction(int(total), denominator) + Fraction(int(bias), _BIAS_GRID)
        for total, bias in zip(sums, biases, strict=True)
    ]
    outputs = pooled / (510 * _FILTER_GRID)
    return ExactLogits(logits, _delta(pixels / 510, outputs, network, dtype, normwise=normwise))


def _whole(values: Floats, grid: int) -> NDArray[np.int64]:
    whole = values * grid
    if not np.array_equal(whole, np.round(whole)):
        raise ValueError(f"parameters must be multiples of 1/{grid}")
    return whole.astype(np.int64)


def _delta(
    image: Floats, pooled: Floats, network: Parameters, dtype: np.dtype[Any], *, normwise: bool
) -> float:
    format_ = bounds.precision(dtype)
    u = format_.roundoff
    absolute_filters = np.abs(network.filters)
    input_error = _INPUT_ROUNDINGS * u
    windows = sliding_window_view(np.abs(image) + input_error, (3, 3))
    magnitude = np.tensordot(windows, absolute_filters, axes=([2, 3], [1, 2]))
    weight_sums = absolute_filters.sum(axis=(1, 2))
    rounding = bounds.gamma(9 + 3, u) * magnitude + 10 * format_.smallest_normal
    if normwise:
        largest = (np.abs(image).max() + input_error) * weight_sums.max()
        steps = 9 + int(np.ceil(np.log2(image.size)))  # as in rule F
        rounding = np.full_like(magnitude, 8 * bounds.gamma(steps, u) * largest)
    conv_error = input_error * weight_sums + rounding
    pool_error = conv_error.reshape(13, 2, 13, 2, 8).max(axis=(1, 3)).ravel()
    absolute_weights = np.abs(network.weights)
    inputs = len(network.weights)
    dense_error = (
        pool_error @ absolute_weights
        + bounds.gamma(inputs + 3, u)
        * ((np.abs(pooled).ravel() + pool_error) @ absolute_weights + np.abs(network.biases))
        + (inputs + 1) * format_.smallest_normal
    )
    return float(dense_error.max()) * bounds.ROUNDING_OF_BOUNDS
