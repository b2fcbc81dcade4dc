"""The exact gradients of a normalisation, in decimal numbers, and the bounds on them."""

from collections.abc import Callable
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
from cnnspec.exact.sums import sum_of_products
from cnnspec.operations.batch_norm.parameters import DEFAULT

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Roundings beside those of the sum: 8, and 6 for each factor of the deviation.
_BESIDE, _EACH = 8, 6


@dataclass(frozen=True)
class _Map:
    """One map: its gradients and numbers in a row, its parameters, and its variance, held."""

    g: Floats
    x: Floats
    m: float
    s: float
    held: Decimal

    @property
    def root(self) -> Decimal:
        """The reciprocal of the deviation."""
        return DECIMAL.divide(1, DECIMAL.sqrt(self.held))

    @property
    def distance(self) -> Floats:
        """As large a number as is rounded on the way to x - m."""
        return np.abs(self.x) + abs(self.m)

    @property
    def apart(self) -> Factor:
        """How near to 0 the computed x - m may be, and how large."""
        near = np.abs(self.x - self.m) * (self.distance > 0)
        return np.maximum(near - self.distance / 256, 0.0), self.distance

    def power(self, exponent: int) -> list[Factor]:
        """Return the reciprocal of the deviation as so many factors."""
        root = np.asarray(float(self.root))
        return [(root, root)] * exponent

    @property
    def factors(self) -> tuple[Factor, Factor]:
        """The incoming gradients and the scale."""
        g, s = np.abs(self.g), np.abs(np.asarray(self.s))
        return (g, g), (s, s)


def _maps(given: Arguments) -> list[_Map]:
    grad, maps = (np.asarray(given[name], np.float64) for name in ("grad", "maps"))
    epsilon = to_decimal(float(given.get("epsilon", DEFAULT)))
    return [
        _Map(
            grad[..., k].ravel(),
            maps[..., k].ravel(),
            float(given["mean"][k]),
            float(given["scale"][k]),
            DECIMAL.add(to_decimal(float(given["variance"][k])), epsilon),
        )
        for k in range(maps.shape[-1])
    ]


def to_maps(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return grad * scale / deviation, right in more than 50 digits."""
    shape = np.shape(given["maps"])
    high, low, allowed, magnitude = (np.zeros(shape) for _ in range(4))
    for k, one in enumerate(_maps(given)):
        factor = DECIMAL.multiply(to_decimal(one.s), one.root)
        parts = decimals.of_each(lambda g, f=factor: DECIMAL.multiply(g, f), one.g)
        high[..., k], low[..., k] = (part.reshape(shape[:-1]) for part in parts)
        size = np.abs(high[..., k])
        lost = bounds_of_gradients.lost_of([*one.factors, *one.power(1)], dtype)
        flushed = np.broadcast_to(lost, one.g.shape).reshape(shape[:-1])
        held = float(one.held)
        allowed[..., k] = bounds_of_gradients.rule_of_norm(size, 1, 1, held, flushed, dtype)
        magnitude[..., k] = _EACH * size
    return Answer(high, low, allowed, terms=1, magnitude=magnitude)


def to_mean(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return -grad * scale / deviation, summed over each map."""

    def exactly(one: _Map) -> Decimal:
        factor = DECIMAL.multiply(to_decimal(-one.s), one.root)
        return DECIMAL.multiply(factor, _sums(one)[1])

    def terms(one: _Map) -> tuple[Floats, list[Factor]]:
        return np.abs(one.g * one.s) * float(one.root), [*one.factors, *one.power(1)]

    return _summed(given, dtype, 1, exactly, terms)


def to_variance(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return -grad * (maps - mean) * scale / (2 * deviation^3), summed over each map."""

    def exactly(one: _Map) -> Decimal:
        cube = DECIMAL.divide(one.root, one.held)
        factor = DECIMAL.multiply(to_decimal(-one.s / 2), cube)
        return DECIMAL.multiply(factor, _of_centred(one))

    def terms(one: _Map) -> tuple[Floats, list[Factor]]:
        size = np.abs(one.g * one.s) * one.distance * float(one.root) ** 3 / 2
        return size, [*one.factors, one.apart, *one.power(3)]

    return _summed(given, dtype, 3, exactly, terms)


def to_scale(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return grad * (maps - mean) / deviation, summed over each map."""

    def exactly(one: _Map) -> Decimal:
        return DECIMAL.multiply(one.root, _of_centred(one))

    def terms(one: _Map) -> tuple[Floats, list[Factor]]:
        size = np.abs(one.g) * one.distance * float(one.root)
        return size, [one.factors[0], one.apart, *one.power(1)]

    return _summed(given, dtype, 1, exactly, terms)


def to_offset(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return grad, summed over each map: of whole numbers exactly."""
    grad = np.asarray(given["grad"])
    rows = grad.reshape(-1, grad.shape[-1]).T
    ones = np.ones((1, rows.shape[1]))
    found = sum_of_products(ones, rows, np.zeros(len(rows)), _product, rows.shape[1])
    return _of_batch(of_sums(found.reshape(len(rows)), dtype, bounds.rule_d), given)


def _product(some: Array, others: Array) -> Array:
    result: Array = some @ others.T
    return result


def _sums(one: _Map) -> tuple[Decimal, Decimal]:
    """Return the exact sums of g x and of g."""
    both = np.stack([one.x, np.ones(len(one.x))])
    found = sum_of_products(one.g[np.newaxis], both, np.zeros(2), _product, len(one.x))
    of_x, of_g = zip(found.high.ravel(), found.low.ravel(), strict=True)
    return to_decimal(*of_x), to_decimal(*of_g)


def _of_centred(one: _Map) -> Decimal:
    """Return the exact sum of g (x - m)."""
    of_x, of_g = _sums(one)
    return DECIMAL.subtract(of_x, DECIMAL.multiply(to_decimal(one.m), of_g))


def _summed(
    given: Arguments,
    dtype: np.dtype[Any],
    power: int,
    exactly: Callable[[_Map], Decimal],
    terms: Callable[[_Map], tuple[Floats, list[Factor]]],
) -> Answer:
    """Return one number of each map, bounded by rule of norm."""
    maps = _maps(given)
    high, low, allowed, magnitude = (np.zeros(len(maps)) for _ in range(4))
    count = len(maps[0].g)
    tiny = bounds.precision(dtype).smallest_normal
    for k, one in enumerate(maps):
        exact = exactly(one)
        high[k] = float(exact)
        low[k] = difference(exact, to_decimal(high[k]))
        sizes, factors = terms(one)
        magnitude[k] = sizes.sum()
        # What is summed before it is multiplied may be lost at each addition.
        rest = np.prod([max(1.0, float(np.max(large))) for _, large in factors[1:]])
        lost = np.broadcast_to(bounds_of_gradients.lost_of(factors, dtype), sizes.shape)
        flushed = float(lost.sum()) + count * tiny * float(rest)
        size, held = np.asarray(magnitude[k]), float(one.held)
        allowed[k] = bounds_of_gradients.rule_of_norm(size, count, power, held, flushed, dtype)
    beside = _BESIDE + _EACH * power
    return _of_batch(Answer(high, low, allowed, terms=count + beside, magnitude=magnitude), given)


def _of_batch(answer: Answer, given: Arguments) -> Answer:
    maps = np.asarray(given["maps"])
    return replace(answer, examples=len(maps) if maps.ndim == 4 else 1)
