"""The exact oracle: what an operation's answer is, in whole numbers and powers of two.

Every finite float is an integer times a power of two. The sums of products of convolution and
dense layers are therefore computed in integers, without any rounding. Softmax and the logarithm
use decimal arithmetic of 60 digits. Nothing here knows the reference.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from cnnspec.exact.dyadic import (
    EXACT_IN_FLOAT64,
    INT64_ROOM,
    Dyadic,
    carried,
    dyadic,
    limbs,
    nearest,
)

Array = NDArray[Any]


Floats = NDArray[np.float64]


#: Powers of two whose multiples and quotients stay far from subnormal numbers in float64.
_FINEST = -900


#: A bilinear function of inputs and weights.
Product = Callable[[Array, Array], Array]


_DECIMAL = Context(prec=60)


@dataclass(frozen=True)
class Exact:
    """An exact answer, with what its error bound needs.

    Attributes
    ----------
    high, low : float64, the shape of the answer
        The answer is high + low: the nearest float64 and the (rounded) rest.
    magnitude : float64, the same shape
        The sum of the absolute products, and of the absolute bias.
    grains : float64, the same shape
        The magnitude, counted in the largest power of two that divides every product and bias:
        while it is at most 2^p, no partial sum is rounded in p bits, whatever the order.
    terms : int
        The number of products in one output.
    normwise : float64, the same shape
        Largest absolute input times the largest sum of absolute weights of a filter; of means, the
        sum of a whole map's absolute elements over the number of those in a window.
    bias : float64, the same shape
        The absolute bias.
    pixels : int
        The number of inputs.
    sides : int
        Rows and columns of a map of which means are taken.
    """

    high: Floats
    low: Floats
    magnitude: Floats
    grains: Floats
    terms: int
    normwise: Floats
    bias: Floats
    pixels: int = 0
    sides: int = 0


def _products_in_limbs(x: Array, weights: Array, product: Product, bits: int) -> list[Array]:
    """Return ``product(x, weights)`` as sums of totals[s] * 2^(bits * s), all of it exact.

    All limbs are multiplied by all at once: those of x as another leading axis, those of the
    weights as more outputs.
    """
    of_x, of_weights = limbs(x, bits), limbs(weights, bits)
    found = product(np.stack(of_x), np.concatenate(of_weights)).astype(np.int64)
    outputs = len(weights)
    totals: list[Array] = []
    for place in range(len(of_x) + len(of_weights) - 1):
        pairs = [
            found[i, ..., j * outputs : (j + 1) * outputs]
            for i in range(len(of_x))
            for j in range(len(of_weights))
            if i + j == place
        ]
        totals.append(sum(pairs[1:], start=pairs[0]))
    return totals


def _sum_of_products(
    x: Array,
    weights: Array,
    bias: Array,
    product: Product,
    terms: int,
    heaviest: float = 0.0,
) -> Exact:
    """Return ``product(x, weights) + bias`` exactly.

    ``product`` is bilinear, its result has one element for each of the weights along the last axis,
    each the sum of so many ``terms``. ``heaviest`` is the largest sum of absolute weights.
    """
    left, right, offset = dyadic(x), dyadic(weights), dyadic(bias)
    grain = left.exponent + right.exponent
    has_bias = bool(np.any(bias))
    if has_bias and offset.exponent < grain:  # count the products as finely as the biases
        right = Dyadic(right.scaled_to(right.exponent - grain + offset.exponent), 0)
        grain = offset.exponent
    floats_x, floats_weights, floats_bias = (np.asarray(a, float) for a in (x, weights, bias))
    wide_x, absolute_bias = np.abs(floats_x), np.abs(floats_bias)
    magnitude = product(wide_x, np.abs(floats_weights)) + absolute_bias
    grains = np.ldexp(magnitude, -grain)
    if grain >= _FINEST and np.max(grains, initial=0) < EXACT_IN_FLOAT64:
        high = product(floats_x, floats_weights) + floats_bias + 0.0  # nothing of it is rounded
        low = np.zeros(high.shape)
    else:
        bits = (54 - max(terms - 1, 1).bit_length()) // 2  # sums of products stay below 2^53
        totals = _products_in_limbs(left.integers, right.integers, product, bits)
        of_bias = limbs(offset.scaled_to(grain), bits) if has_bias else []
        totals += [np.zeros_like(totals[0])] * (len(of_bias) - len(totals))
        with_bias = [
            total + of_bias[place].astype(np.int64) if place < len(of_bias) else total
            for place, total in enumerate(totals)
        ]
        high, low = nearest(carried(with_bias, bits), bits, grain)
    return Exact(
        high=high,
        low=low,
        magnitude=magnitude,
        grains=grains,
        terms=terms,
        normwise=np.full(high.shape, np.max(wide_x, initial=0) * heaviest),
        bias=np.broadcast_to(absolute_bias, high.shape),
        pixels=np.size(x),
    )


def conv2d(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Exact:
    """Return the exact maps of a convolution (any filter shape, odd ones for "same")."""
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    rows, columns = filters.shape[1:3]
    if padding == "same":
        image = _with_margins(image, rows // 2, columns // 2)

    def product(pixels: Array, weights: Array) -> Array:
        windows = windows_of(pixels, rows, columns, stride)
        by_filter = weights.transpose(3, 1, 2, 0).reshape(terms, -1)
        sums = windows.reshape(-1, terms) @ by_filter
        return sums.reshape(*windows.shape[:-3], by_filter.shape[1])

    biases = np.zeros(len(filters)) if bias is None else bias
    weights = np.abs(np.asarray(filters, float)).reshape(len(filters), -1).sum(axis=1)
    terms = math.prod(filters.shape[1:])
    return _sum_of_products(image, filters, biases, product, terms, float(weights.max(initial=0)))


def dense(x: Array, weights: Array, bias: Array) -> Exact:
    """Return the exact logits of a dense layer."""

    def product(inputs: Array, by_node: Array) -> Array:
        result: Array = inputs @ by_node.T
        return result

    return _sum_of_products(np.ravel(x), np.transpose(weights), bias, product, len(weights))


def windows_of(maps: Array, rows: int, columns: int, step: int) -> Array:
    """Return the windows of maps (..., H, W, K) as (..., H', W', K, rows, columns)."""
    *others, height, width, channels = maps.shape
    *apart, down, right, across = maps.strides
    # Made twenty thousand times a check: sliding_window_view takes three times as long.
    return as_strided(
        maps,
        (
            *others,
            max((height - rows) // step + 1, 0),
            max((width - columns) // step + 1, 0),
            channels,
            rows,
            columns,
        ),
        (*apart, down * step, right * step, across, down, right),
        writeable=False,
    )


def _with_margins(maps: Array, above: int, beside: int) -> Array:
    """Return maps (..., H, W, K) with zeros around them."""
    *others, height, width, channels = maps.shape
    wide = np.zeros((*others, height + 2 * above, width + 2 * beside, channels), maps.dtype)
    wide[..., above : above + height, beside : beside + width, :] = maps
    return wide


def pool_windows(maps: Array, size: int, stride: int | None) -> Array:
    """Return the windows of maps (..., H, W, K) as (..., H', W', K, size, size)."""
    return windows_of(maps, size, size, size if stride is None else stride)


def avg_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Exact:
    """Return the exact means of the windows."""
    area = int(size) ** 2
    whole = dyadic(maps)
    integers = whole.integers
    if integers.dtype != object and int(np.abs(integers).max(initial=0)) * area >= INT64_ROOM:
        integers = integers.astype(object)  # the sum of a window would leave int64
    sums = pool_windows(integers, size, stride).sum(axis=(-2, -1))
    in_bits = area & (area - 1) == 0  # only then is dividing by the area exact
    if np.abs(sums).max(initial=0) < EXACT_IN_FLOAT64 and whole.exponent >= _FINEST:
        high, low = _quotients(sums.astype(np.float64), area)
        high, low = np.ldexp(high, whole.exponent), np.ldexp(low, whole.exponent)
    else:
        unit = Fraction(2) ** whole.exponent
        means = [Fraction(int(total), area) * unit for total in sums.flat]
        high = np.array([float(mean) for mean in means]).reshape(sums.shape)
        low = np.array(
            [float(mean - Fraction(h)) for mean, h in zip(means, high.flat, strict=True)]
        ).reshape(sums.shape)
    absolute = np.abs(np.asarray(maps, float))
    magnitude = pool_windows(absolute, size, stride).mean(axis=(-2, -1))
    of_map = absolute.sum(axis=(-3, -2), keepdims=True) / area
    return Exact(
        high=high,
        low=low,
        magnitude=magnitude,
        grains=np.ldexp(magnitude * area, -whole.exponent)
        if in_bits
        else np.full_like(high, np.inf),
        terms=area,
        normwise=np.broadcast_to(of_map, high.shape),
        bias=np.zeros_like(high),
        sides=sum(maps.shape[-3:-1]),
    )


def _quotients(totals: Floats, divisor: int) -> tuple[Floats, Floats]:
    """Return whole numbers below 2^52, divided, as the nearest float64 and the (rounded) rest.

    The rest is what is left over, itself divided. The product of quotient and divisor is exact in
    two parts (Veltkamp's split of the quotient), and so is its distance from the total.
    """
    high = totals / divisor
    split = high * (2.0**27 + 1)
    upper = split - (split - high)
    left_over = (totals - upper * divisor) - (high - upper) * divisor
    return high, left_over / divisor


def relu(x: Array) -> Array:
    """Return the exact answer of ReLU."""
    return np.where(x > 0, x, np.zeros_like(x))


def max_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the exact maxima of the windows."""
    result: Array = pool_windows(maps, size, stride).max(axis=(-2, -1))
    return result


def min_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the exact minima of the windows."""
    result: Array = pool_windows(maps, size, stride).min(axis=(-2, -1))
    return result


def to_decimal(high: float, low: float = 0.0) -> Decimal:
    """Return high + low without rounding."""
    return _DECIMAL.add(Decimal(float(high)), Decimal(float(low)))


def from_fraction(number: Fraction) -> Decimal:
    """Return a fraction, right in 60 digits."""
    return _DECIMAL.divide(Decimal(number.numerator), Decimal(number.denominator))


def difference(minuend: Decimal, subtrahend: Decimal) -> float:
    """Return the float64 nearest to a difference."""
    return float(_DECIMAL.subtract(minuend, subtrahend))


def softmax(logits: list[Decimal]) -> list[Decimal]:
    """Return the probabilities of one row of logits, right in more than 50 digits."""
    largest = max(logits)
    of = {x: _DECIMAL.exp(_DECIMAL.subtract(x, largest)) for x in set(logits)}
    exponentials = [of[x] for x in logits]
    total = Decimal(0)
    for exponential in exponentials:
        total = _DECIMAL.add(total, exponential)
    return [_DECIMAL.divide(exponential, total) for exponential in exponentials]


def negative_logarithm(number: Decimal) -> Decimal:
    """Return the negative natural logarithm, right in more than 50 digits."""
    return _DECIMAL.minus(_DECIMAL.ln(number))
