"""One step of training article 2's network, exactly, and how far off it may be.

Parameters are whatever floats an implementation holds, so that whole numbers of Python's are
computed in, which have no largest one; only the probabilities are rounded, to 180 bits.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.exact import bounds, bounds_of_probabilities, decimals
from cnnspec.exact.dyadic import dyadic
from cnnspec.operations.network import NetworkAnswer
from cnnspec.operations.network.exact import (
    INPUT_ROUNDINGS,
    Parameters,
    layer_bounds,
    windows_of_two,
)
from cnnspec.operations.softmax.answer import softmax_row
from cnnspec.operations.train_step.places import Places, product_error
from cnnspec.operations.train_step.spans import DENOMINATOR, Span, floats

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Bits of the probabilities behind the point.
_BITS = 180

#: Roundings between a probability and the gradient by its logit, relative to the larger of the
#: probability and, for the label, 1.
_GRADIENT_ROUNDINGS = 8

#: Losses from here on belong to probabilities that a format may not hold.
_LARGEST_LOSS = 60.0

#: Probabilities are larger than so many times what has no reciprocal in a format.
_FEW = 16.0

#: A sum of n products has a bound if (n + the first) u is no larger than the second.
_ROUNDINGS, _LONGEST = 5, 0.1


class NoBoundError(ArithmeticError):
    """Nothing can be said of a step; the message says why."""


@dataclass(frozen=True)
class ExactStep:
    """What one step makes of the parameters of a network.

    Attributes
    ----------
    loss : Answer
        Before the update.
    sure : int or None
        The class that every implementation within the bound must choose before it, if any.
    parameters : dict of Span
        The new filters, weights and biases.
    gradients : dict of float64
        In float64, for explanations; of several maxima the first.
    ties : int
        Windows of the pooling of which more than one element may be the largest.
    """

    loss: Answer
    sure: int | None
    parameters: dict[str, Span]
    gradients: dict[str, Floats]
    ties: int


def exact_step(
    image: Array, label: int, network: Parameters, rate: float, dtype: np.dtype[Any]
) -> ExactStep:
    """Return what a step makes of the parameters, and its bound if computed in ``dtype``.

    ``rate`` is a power of two. The bounds of the layers are those of the trace; then, with B for
    bounds, x the pooled maps, p the probabilities, z the gradient by the logits and d that by the
    pooled maps:

    - z = p - 1 at the label, p elsewhere. B(z) = B(p) + 8 u (p + 1 at the label): whether it is
      computed so, or by way of -1 / p and the derivatives of the softmax, the error of a
      probability remains and what else is rounded is no larger than 1, of the label, and p.
    - weights: x z, two factors that are off, and their product: gamma(2).
    - d: a sum of 10 products of weights, rule D with z's error.
    - filters: a sum of one product of d and a pixel for each window, or for each of its maxima;
      d may be divided by their number first, which are two roundings more: gamma(n + 5).
    - `cnnspec.exact.bounds.rule_update`. From the filters the products may be subtracted one by
      one: n differences, none larger than the filter and all products together, are rounded.

    A window's elements may all be the largest that lie within both their bounds of the exact
    maximum. There every implementation may give its gradient to one of them, share it out, or give
    it to each of them whole: an element of the filters' gradient lies between the least and the
    largest sum of that.

    Raises
    ------
    NoBoundError
        If the loss is so large that the label's probability may be rounded to 0, the parameters are
        not finite, or sums are too long for the dtype.
    ValueError
        If the rate is no power of two.
    """
    _check(network, rate, dtype)
    u = bounds.precision(dtype).roundoff
    tiny = bounds.precision(dtype).smallest_normal
    filters, weights, biases = (dyadic(value) for value in network.by_name().values())
    forward = _forward(image, network, dtype)
    values, allowed, pooled = forward.values, forward.allowed, forward.pooled
    delta = float(allowed["logits"].max())
    row = [decimals.from_fraction(logit) for logit in forward.logits]
    probabilities = softmax_row(row, delta, dtype)
    loss = _loss(probabilities, row, label, delta, dtype)

    of_label = np.arange(len(row)) == label
    by_logits = np.array([_whole(p) for p in _exact_probabilities(probabilities)], dtype=object)
    by_logits = by_logits - of_label.astype(object) * (1 << _BITS)
    z = np.abs(floats(by_logits, -_BITS, 1))
    z_error = probabilities.allowed + _GRADIENT_ROUNDINGS * u * (probabilities.high + of_label)
    z_error += 2.0**-_BITS  # what is smaller than that was rounded to 0 here

    x, x_error = np.abs(values["pool"]).ravel(), allowed["pool"].ravel()
    by_weights = np.multiply.outer(pooled.reshape(-1), by_logits)
    weights_error = product_error(x[:, np.newaxis], x_error[:, np.newaxis], z, z_error)
    weights_error += bounds.gamma(2, u) * (x + x_error)[:, np.newaxis] * (z + z_error) + 2 * tiny

    by_pool = (weights.integers.astype(object) @ by_logits).reshape(pooled.shape)
    _, heavy, _ = network.sizes
    d = np.abs(floats(by_pool, weights.exponent - _BITS, 1))
    d_error = heavy @ z_error + bounds.gamma(len(z) + 3, u) * (heavy @ (z + z_error))
    d_error = (d_error + (len(z) + 1) * tiny).reshape(pooled.shape)

    error = windows_of_two(allowed["conv"])
    places = Places.of(forward.windows, error, values["pool"], values["conv"], forward.pixels)
    low, high = places.spans(by_pool)
    filters_error, magnitude = places.error(d, d_error, INPUT_ROUNDINGS * u, u, tiny)

    spans = {
        "filters": (filters, low, high, weights.exponent - _BITS, filters_error),
        "weights": (weights, by_weights, by_weights, filters.exponent - _BITS, weights_error),
        "biases": (biases, *2 * (by_logits * DENOMINATOR,), -_BITS, z_error),
    }
    found, gradients = {}, {}
    for name, (old, least, most, exponent, error) in spans.items():
        middle = floats(least + most, exponent - 1)
        spread = floats(most - least, exponent - 1)
        rounded = bounds.rule_update(
            network.by_name()[name], np.abs(middle) + spread, error, rate, dtype
        )
        # The largest of both ends' bounds, whichever sign the parameter has.
        rounded += 2 * u * rate * (np.abs(middle) + spread)
        if name == "filters":
            largest = np.abs(network.filters) + rate * magnitude
            rounded += bounds.gamma(places.most, u) * largest + places.most * tiny
        found[name] = _updated(old, least, most, exponent + int(np.log2(rate)), rounded)
        gradients[name] = middle
    gradients["filters"] = floats(places.firsts(by_pool), weights.exponent - _BITS)
    sure = _certain(forward.logits, delta)
    return ExactStep(loss, sure, found, gradients, places.ties)


def _check(network: Parameters, rate: float, dtype: np.dtype[Any]) -> None:
    """Raise the errors of `exact_step` that can be seen beforehand."""
    if not all(np.isfinite(value).all() for value in network.by_name().values()):
        raise NoBoundError("the parameters are no longer finite numbers")
    if np.frexp(rate)[0] != 1 / 2:
        raise ValueError(f"the learning rate must be a power of two, got {rate}")
    count = len(network.weights)
    if (count + _ROUNDINGS) * bounds.precision(dtype).roundoff > _LONGEST:
        raise NoBoundError(f"no bound holds for sums of {count} products in {dtype}")


@dataclass(frozen=True, eq=False)
class _Forward:
    """The layers up to the logits: whole numbers, their values, and how far off these may be."""

    pixels: Array
    windows: Array
    pooled: Array
    logits: list[Fraction]
    values: dict[str, Floats]
    allowed: dict[str, Floats]


def _forward(image: Array, network: Parameters, dtype: np.dtype[Any]) -> _Forward:
    filters, weights, biases = (dyadic(value) for value in network.by_name().values())
    pixels = 2 * image.astype(np.int64) - 255
    maps = np.tensordot(
        sliding_window_view(pixels, filters.integers.shape[1:]).astype(object),
        np.moveaxis(filters.integers.astype(object), 0, -1),
        axes=2,
    )
    windows = windows_of_two(maps)
    pooled = windows.max(axis=2)
    totals = _Over(pooled.reshape(-1) @ weights.integers.astype(object), filters, weights)
    logits = totals.plus(biases.integers.astype(object) * DENOMINATOR, biases.exponent)
    values = {
        "input": pixels / DENOMINATOR,
        "conv": floats(maps, filters.exponent),
        "pool": floats(pooled, filters.exponent),
        "logits": np.array([float(logit) for logit in logits]),
    }
    input_error = np.full(image.shape, INPUT_ROUNDINGS * bounds.precision(dtype).roundoff)
    allowed = layer_bounds(values, input_error, network, dtype, dtype, normwise=False)
    return _Forward(pixels, windows, pooled, logits, values, allowed)


# --- whole numbers ---------------------------------------------------------------------------


def _whole(number: Decimal) -> int:
    return int(decimals.DECIMAL.multiply(number, Decimal(1 << _BITS)).to_integral_value())


def _exact_probabilities(answer: Answer) -> list[Decimal]:
    pairs = zip(answer.high.tolist(), answer.low.tolist(), strict=True)
    return [decimals.to_decimal(high, low) for high, low in pairs]


class _Over:
    """Products of two kinds of parameters, over 510."""

    def __init__(self, integers: Array, one: Any, other: Any) -> None:
        self._integers = integers
        self._exponent = one.exponent + other.exponent

    def plus(self, others: Array, exponent: int) -> list[Fraction]:
        """Return the sums with others, each as a fraction."""
        least = min(self._exponent, exponent)
        sums = self._integers * (1 << (self._exponent - least)) + others * (1 << (exponent - least))
        return [Fraction(number, DENOMINATOR) * Fraction(2) ** least for number in sums.tolist()]


def _updated(old: Any, least: Array, most: Array, exponent: int, allowed: Floats) -> Span:
    """Return old parameters minus from the least to the most."""
    lowest = min(old.exponent, exponent)
    before = old.integers.astype(object) * (DENOMINATOR << (old.exponent - lowest))
    step = 1 << (exponent - lowest)
    return Span(before - most * step, before - least * step, lowest, allowed)


# --- the loss --------------------------------------------------------------------------------


def _loss(
    probabilities: Answer, row: list[Decimal], label: int, delta: float, dtype: np.dtype[Any]
) -> Answer:
    """Return the loss, which may be computed from the probability or from the logits."""
    probability = float(probabilities.high[label])
    off = float(probabilities.allowed[label])
    least = max(float(np.exp(-_LARGEST_LOSS)), _FEW / bounds.precision(dtype).largest)
    if not (probability > least and off < probability):
        raise NoBoundError(
            f"the label's probability, {probability:.3g}, may be rounded to 0: nothing is known of"
            " its loss"
        )
    found = NetworkAnswer(probabilities.high, probabilities.low, probabilities.allowed)
    loss = found.loss(label, dtype)
    highest = max(row)
    distances = np.array([decimals.difference(highest, x) for x in row]) + 2 * delta
    from_logits = bounds_of_probabilities.rule_l(
        float(loss.high),
        len(row),
        float(probabilities.high @ distances),
        delta,
        max(abs(float(highest)), abs(float(min(row)))) + delta,
        dtype,
    )
    return Answer(loss.high, loss.low, np.maximum(loss.allowed, from_logits))


def _certain(logits: list[Fraction], delta: float) -> int | None:
    first, second = sorted(logits, reverse=True)[:2]
    return logits.index(first) if float(first - second) > 3 * delta else None
