"""The exact gradients of a normalisation, in decimal numbers, and the bounds on them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds, bounds_of_gradients, decimals
from cnnspec.exact.bounds_of_gradients import Factor
from cnnspec.exact.decimals import DECIMAL, difference, to_decimal
from cnnspec.exact.sums import Exact, sum_of_products
from cnnspec.operations.batch_norm.parameters import DEFAULT

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Roundings beside those of the sum: 8, and 6 for each factor of the deviation.
_BESIDE, _EACH = 8, 6


@dataclass(frozen=True)
class _Layer:
    """A call: gradients and numbers (places, K), parameters (K,), and held variances."""

    g: Floats
    x: Floats
    m: Floats
    s: Floats
    held: list[Decimal]

    @property
    def roots(self) -> list[Decimal]:
        """The reciprocals of the deviations."""
        return [DECIMAL.divide(1, DECIMAL.sqrt(one)) for one in self.held]

    @property
    def r(self) -> Floats:
        """The same in float64."""
        return np.array([float(one) for one in self.roots])

    @property
    def distance(self) -> Floats:
        """As large numbers as are rounded on the way to x - m."""
        return np.asarray(np.abs(self.x) + np.abs(self.m))

    @property
    def incoming(self) -> Factor:
        """The incoming gradients, as factors."""
        return np.abs(self.g), np.abs(self.g)

    @property
    def scales(self) -> Factor:
        """The scales, as factors."""
        return np.abs(self.s), np.abs(self.s)

    @property
    def apart(self) -> Factor:
        """How near to 0 the computed x - m may be, and how large."""
        near = np.abs(self.x - self.m) - self.distance / 256
        return np.maximum(near, 0.0), self.distance

    def power(self, exponent: int) -> list[Factor]:
        """Return the reciprocals of the deviations as so many factors."""
        return [(self.r, self.r)] * exponent

    @property
    def sums(self) -> list[Decimal]:
        """The exact sums of g."""
        return _decimals(_exact_sums(self.g, np.ones((len(self.g), 1))), slice(None), 0)

    @property
    def sums_of_products(self) -> list[Decimal]:
        """The exact sums of g x."""
        every = np.arange(len(self.m))
        return _decimals(_exact_sums(self.g, self.x), every, every)

    def of_centred(self) -> list[Decimal]:
        """Return the exact sums of g (x - m)."""
        pairs = zip(self.sums_of_products, self.sums, self.m, strict=True)
        return [
            DECIMAL.subtract(of_x, DECIMAL.multiply(to_decimal(m), of_g)) for of_x, of_g, m in pairs
        ]


def _layer(given: Arguments) -> _Layer:
    grad, maps, mean, scale = (
        np.asarray(given[name], np.float64) for name in ("grad", "maps", "mean", "scale")
    )
    epsilon = to_decimal(float(given.get("epsilon", DEFAULT)))
    held = [DECIMAL.add(to_decimal(float(one)), epsilon) for one in given["variance"]]
    count = maps.shape[-1]
    return _Layer(grad.reshape(-1, count), maps.reshape(-1, count), mean, scale, held)


def _exact_sums(some: Floats, others: Floats) -> Exact:
    """Return the exact sums over the first axis of the columns of one times those of another."""

    def product(first: Array, second: Array) -> Array:
        return np.asarray(first @ second.T)

    return sum_of_products(some.T, others.T, np.zeros(others.shape[1]), product, len(some))


def _decimals(found: Exact, *at: Any) -> list[Decimal]:
    return [to_decimal(*one) for one in zip(found.high[at], found.low[at], strict=True)]


def to_maps(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return grad * scale / deviation, right in more than 50 digits."""
    layer = _layer(given)
    high, low = (np.zeros(layer.g.shape) for _ in range(2))
    for k, root in enumerate(layer.roots):
        factor = DECIMAL.multiply(to_decimal(layer.s[k]), root)
        high[:, k], low[:, k] = decimals.of_each(
            lambda g, f=factor: DECIMAL.multiply(g, f), layer.g[:, k]
        )
    factors = [layer.incoming, layer.scales, *layer.power(1)]
    lost = np.broadcast_to(bounds_of_gradients.lost_of(factors, dtype), high.shape)
    allowed = _bounded(layer, np.abs(high), 1, 1, lost, dtype)
    shape = np.shape(given["maps"])
    high, low, allowed = (one.reshape(shape) for one in (high, low, allowed))
    return Answer(high, low, allowed, terms=1, magnitude=_EACH * np.abs(high))


def to_mean(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return -grad * scale / deviation, summed over each map."""
    layer = _layer(given)
    exact = [
        DECIMAL.multiply(DECIMAL.multiply(to_decimal(-s), root), of_g)
        for s, root, of_g in zip(layer.s, layer.roots, layer.sums, strict=True)
    ]
    sizes = np.abs(layer.g * layer.s) * layer.r
    factors = [layer.incoming, layer.scales, *layer.power(1)]
    return _of_batch(_summed(layer, exact, 1, sizes, factors, dtype), given)


def to_variance(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return -grad * (maps - mean) * scale / (2 * deviation^3), summed over each map."""
    layer = _layer(given)
    exact = [
        DECIMAL.multiply(DECIMAL.multiply(to_decimal(-s / 2), DECIMAL.divide(root, held)), sum_)
        for s, root, held, sum_ in zip(
            layer.s, layer.roots, layer.held, layer.of_centred(), strict=True
        )
    ]
    sizes = np.abs(layer.g * layer.s) * layer.distance * layer.r**3 / 2
    factors = [layer.incoming, layer.scales, layer.apart, *layer.power(3)]
    return _of_batch(_summed(layer, exact, 3, sizes, factors, dtype), given)


def to_scale(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return grad * (maps - mean) / deviation, summed over each map."""
    layer = _layer(given)
    exact = [
        DECIMAL.multiply(root, of_centred)
        for root, of_centred in zip(layer.roots, layer.of_centred(), strict=True)
    ]
    sizes = np.abs(layer.g) * layer.distance * layer.r
    factors = [layer.incoming, layer.apart, *layer.power(1)]
    return _of_batch(_summed(layer, exact, 1, sizes, factors, dtype), given)


def to_offset(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return grad, summed over each map: of whole numbers exactly."""
    grad = np.asarray(given["grad"])
    rows = grad.reshape(-1, grad.shape[-1])
    found = _exact_sums(rows, np.ones((len(rows), 1)))
    return _of_batch(of_sums(found.reshape(rows.shape[1]), dtype, bounds.rule_d), given)


def _summed(
    layer: _Layer,
    exact: Sequence[Decimal],
    power: int,
    sizes: Floats,
    factors: Sequence[Factor],
    dtype: np.dtype[Any],
) -> Answer:
    """Return one number of each map, bounded by rule of norm; ``sizes`` are those of the terms."""
    high = np.array([float(one) for one in exact])
    low = [difference(one, to_decimal(near)) for one, near in zip(exact, high, strict=True)]
    magnitude = sizes.sum(axis=0)
    count = len(sizes)
    # What is summed before it is multiplied may be lost at each addition.
    rest = np.ones(len(high))
    for _, large in factors[1:]:
        rest = rest * np.maximum(1.0, large.max(axis=0) if large.ndim == 2 else large)
    lost = np.broadcast_to(bounds_of_gradients.lost_of(factors, dtype), sizes.shape).sum(axis=0)
    flushed = lost + count * bounds.precision(dtype).smallest_normal * rest
    allowed = _bounded(layer, magnitude, count, power, flushed, dtype)
    terms = count + _BESIDE + _EACH * power
    divisor = _larger_before(sizes / layer.r**power, magnitude)
    return Answer(high, np.array(low), allowed, terms=terms, magnitude=magnitude, divisor=divisor)


def _larger_before(sizes: Floats, magnitude: Floats) -> int:
    """Return how much larger sums are before they are divided by powers of the deviation."""
    largest, most = (float(np.max(one, initial=0)) for one in (sizes.sum(axis=0), magnitude))
    return max(1, math.ceil(largest / most)) if 0 < most < np.inf and largest < np.inf else 1


def _bounded(
    layer: _Layer,
    magnitude: Floats,
    terms: int,
    power: int,
    flushed: Floats,
    dtype: np.dtype[Any],
) -> Floats:
    """Return the bounds by rule of norm, map by map along the last axis."""
    rule: Callable[..., Floats] = bounds_of_gradients.rule_of_norm
    columns = [
        rule(magnitude[..., k], terms, power, float(held), flushed[..., k], dtype)
        for k, held in enumerate(layer.held)
    ]
    return np.stack(columns, axis=-1)


def _of_batch(answer: Answer, given: Arguments) -> Answer:
    maps = np.asarray(given["maps"])
    return replace(answer, examples=len(maps) if maps.ndim == 4 else 1)
