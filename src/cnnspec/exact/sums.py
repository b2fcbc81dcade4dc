"""Exact sums of products, in whole numbers and powers of two.

Every finite float is an integer times a power of two. Sums of products, and means, are therefore
computed in integers, without any rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.dyadic import (
    EXACT_IN_FLOAT64,
    Dyadic,
    carried,
    dyadic,
    limbs,
    nearest,
)

Array = NDArray[Any]


Floats = NDArray[np.float64]


#: Powers of two whose multiples and quotients stay far from subnormal numbers in float64.
FINEST = -900


#: A bilinear function of inputs and weights.
Product = Callable[[Array, Array], Array]


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

    def reshape(self, *shape: int) -> "Exact":
        """Return the same in another shape."""
        return self._each(lambda value: value.reshape(shape))

    def moved(self, source: int, to: int) -> "Exact":
        """Return the same with one axis in another place."""
        return self._each(lambda value: np.moveaxis(value, source, to))

    def _each(self, change: Callable[[Array], Array]) -> "Exact":
        arrays = {n: value for n, value in vars(self).items() if isinstance(value, np.ndarray)}
        changed: dict[str, Any] = {name: change(value) for name, value in arrays.items()}
        return replace(self, **changed)


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


def sum_of_products(
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
    if grain >= FINEST and np.max(grains, initial=0) < EXACT_IN_FLOAT64:
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


def quotients(totals: Floats, divisor: Floats) -> tuple[Floats, Floats]:
    """Return whole numbers below 2^52, divided, as the nearest float64 and the (rounded) rest.

    The divisors are whole numbers too, far below 2^26.

    The rest is what is left over, itself divided. The product of quotient and divisor is exact in
    two parts (Veltkamp's split of the quotient), and so is its distance from the total.
    """
    high = totals / divisor
    split = high * (2.0**27 + 1)
    upper = split - (split - high)
    left_over = (totals - upper * divisor) - (high - upper) * divisor
    return high, left_over / divisor
