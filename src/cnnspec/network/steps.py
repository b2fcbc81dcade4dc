"""One step of training article 2's network, exactly, and how far off it may be.

Parameters are whatever floats an implementation holds, so that whole numbers of Python's are
computed in, which have no largest one; only the probabilities are rounded, to 180 bits.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.exact import bounds, bounds_of_probabilities, decimals
from cnnspec.exact.dyadic import dyadic
from cnnspec.operations.network import NetworkAnswer
from cnnspec.operations.network.exact import INPUT_ROUNDINGS, Parameters, layer_bounds
from cnnspec.operations.softmax.answer import softmax_row

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Pixels are whole numbers over this.
_DENOMINATOR = 510

#: Bits of the probabilities behind the point.
_BITS = 180

#: Roundings between a probability and the gradient by its logit, relative to the larger of the
#: probability and, for the label, 1.
_GRADIENT_ROUNDINGS = 8

#: Losses from here on belong to probabilities that a format may not hold.
_LARGEST_LOSS = 60.0


class NoBoundError(Exception):
    """Nothing can be said of a step; the message says why."""


@dataclass(frozen=True)
class Span:
    """What new parameters may be: from ``low`` to ``high``, and so much off.

    Both are whole numbers times 2^exponent / 510. They differ where a window of the pooling has
    several maxima, among which an implementation may choose.
    """

    low: Array
    high: Array
    exponent: int
    allowed: Floats

    def excess(self, got: Floats) -> Floats:
        """Return how far outside of the span numbers are; what is not finite is infinitely far."""
        finite = np.isfinite(got)
        held = dyadic(np.where(finite, got, 0))
        exponent = min(self.exponent, held.exponent)
        scaled = held.scaled_to(exponent).astype(object) * _DENOMINATOR
        shift = 1 << (self.exponent - exponent)
        below, above = self.low * shift - scaled, scaled - self.high * shift
        outside = np.maximum(np.maximum(below, above), 0)
        return np.where(finite, _floats(outside, exponent), np.inf)

    @cached_property
    def middle(self) -> Floats:
        """The numbers half-way."""
        return _floats(self.low + self.high, self.exponent - 1)


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
    - `cnnspec.exact.bounds.rule_update`.

    A window's elements may all be the largest that lie within both their bounds of the exact
    maximum. There every implementation may give its gradient to one of them, share it out, or give
    it to each of them whole: an element of the filters' gradient lies between the least and the
    largest sum of that.

    Raises
    ------
    NoBoundError
        If the loss is so large that the label's probability may be rounded to 0, or the parameters
        are not finite.
    """
    if not all(np.isfinite(value).all() for value in network.by_name().values()):
        raise NoBoundError("the parameters are no longer finite numbers")
    u = bounds.precision(dtype).roundoff
    tiny = bounds.precision(dtype).smallest_normal
    shift = int(-np.log2(rate))
    filters, weights, biases = (dyadic(value) for value in network.by_name().values())
    pixels = 2 * image.astype(np.int64) - 255
    maps = np.tensordot(
        sliding_window_view(pixels, (3, 3)).astype(object),
        np.moveaxis(filters.integers.astype(object), 0, -1),
        axes=2,
    )
    windows = _windows(maps)
    pooled = windows.max(axis=2)
    totals = _Over(pooled.reshape(-1) @ weights.integers.astype(object), filters, weights)
    logits = totals.plus(biases.integers.astype(object) * _DENOMINATOR, biases.exponent)

    values = {
        "input": pixels / _DENOMINATOR,
        "conv": _floats(maps, filters.exponent),
        "pool": _floats(pooled, filters.exponent),
        "logits": np.array([float(logit) for logit in logits]),
    }
    input_error = np.full(image.shape, INPUT_ROUNDINGS * u)
    allowed = layer_bounds(values, input_error, network, dtype, dtype, normwise=False)
    delta = float(allowed["logits"].max())
    row = [decimals.from_fraction(logit) for logit in logits]
    probabilities = softmax_row(row, delta, dtype)
    loss = _loss(probabilities, row, label, delta, dtype)

    of_label = np.arange(len(row)) == label
    by_logits = np.array([_whole(p) for p in _exact_probabilities(probabilities)], dtype=object)
    by_logits = by_logits - of_label.astype(object) * (1 << _BITS)
    z = np.abs(_floats(by_logits, -_BITS, 1))
    z_error = probabilities.allowed + _GRADIENT_ROUNDINGS * u * (probabilities.high + of_label)

    x, x_error = np.abs(values["pool"]).ravel(), allowed["pool"].ravel()
    by_weights = np.multiply.outer(pooled.reshape(-1), by_logits)
    weights_error = _product_error(x[:, np.newaxis], x_error[:, np.newaxis], z, z_error)
    weights_error += bounds.gamma(2, u) * (x + x_error)[:, np.newaxis] * (z + z_error) + 2 * tiny

    by_pool = (weights.integers.astype(object) @ by_logits).reshape(pooled.shape)
    _, heavy, _ = network.sizes
    d = np.abs(_floats(by_pool, weights.exponent - _BITS, 1))
    d_error = heavy @ z_error + bounds.gamma(len(z) + 3, u) * (heavy @ (z + z_error))
    d_error = (d_error + (len(z) + 1) * tiny).reshape(pooled.shape)

    places = _Places.of(windows, _windows(allowed["conv"]), values["pool"], values["conv"], pixels)
    low, high = places.spans(by_pool)
    filters_error = places.error(d, d_error, INPUT_ROUNDINGS * u, u) + 2 * tiny

    spans = {
        "filters": (filters, low, high, weights.exponent - _BITS, filters_error),
        "weights": (weights, by_weights, by_weights, filters.exponent - _BITS, weights_error),
        "biases": (biases, *2 * (by_logits * _DENOMINATOR,), -_BITS, z_error),
    }
    found, gradients = {}, {}
    for name, (old, least, most, exponent, error) in spans.items():
        middle = _floats(least + most, exponent - 1)
        spread = _floats(most - least, exponent - 1)
        rounded = bounds.rule_update(
            network.by_name()[name], np.abs(middle) + spread, error, rate, dtype
        )
        # The largest of both ends' bounds, whichever sign the parameter has.
        rounded += 2 * u * rate * (np.abs(middle) + spread)
        found[name] = _updated(old, least, most, exponent - shift, rounded)
        gradients[name] = middle
    gradients["filters"] = _floats(places.firsts(by_pool), weights.exponent - _BITS)
    sure = _certain(logits, delta)
    return ExactStep(loss, sure, found, gradients, places.ties)


# --- whole numbers ---------------------------------------------------------------------------


def _floats(whole: Array, exponent: int, denominator: int = _DENOMINATOR) -> Floats:
    """Return whole numbers times 2^exponent over a denominator, to the nearest float64 or so."""
    quotients = np.array([number / denominator for number in np.ravel(whole).tolist()], np.float64)
    return np.ldexp(quotients, exponent).reshape(np.shape(whole))


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
        return [Fraction(number, _DENOMINATOR) * Fraction(2) ** least for number in sums.tolist()]


def _updated(old: Any, least: Array, most: Array, exponent: int, allowed: Floats) -> Span:
    """Return old parameters minus from the least to the most."""
    lowest = min(old.exponent, exponent)
    before = old.integers.astype(object) * (_DENOMINATOR << (old.exponent - lowest))
    step = 1 << (exponent - lowest)
    return Span(before - most * step, before - least * step, lowest, allowed)


# --- the loss --------------------------------------------------------------------------------


def _loss(
    probabilities: Answer, row: list[Decimal], label: int, delta: float, dtype: np.dtype[Any]
) -> Answer:
    """Return the loss, which may be computed from the probability or from the logits."""
    probability = float(probabilities.high[label])
    off = float(probabilities.allowed[label])
    if not (probability > np.exp(-_LARGEST_LOSS) and off < probability):
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


# --- the windows -----------------------------------------------------------------------------


def _windows(maps: Array) -> Array:
    """Return (13, 13, 4, 8): the elements of each window of 2x2, row by row."""
    count = maps.shape[-1]
    return maps.reshape(13, 2, 13, 2, count).swapaxes(1, 2).reshape(13, 13, 4, count)


def _product_error(one: Floats, its: Floats, other: Floats, others: Floats) -> Floats:
    """Return how far off a product is at most, of two factors that are so far off."""
    return its * (other + others) + one * others


@dataclass(frozen=True)
class _Places:
    """Which elements of each window may be its maximum, and the pixels that lie under them.

    Attributes
    ----------
    may_be : (13, 13, 4, 8) of bool
    first : (13, 13, 8) of int
        The first of the exact maxima.
    pixels : (13, 13, 4, 1, 3, 3)
        Whole numbers over 510.
    """

    may_be: NDArray[np.bool_]
    first: Array
    pixels: NDArray[np.int64]

    @classmethod
    def of(
        cls, windows: Array, error: Floats, maxima: Floats, maps: Floats, pixels: Array
    ) -> "_Places":
        """Return the places of exact windows, whose elements are off by so much at most."""
        reach = (_windows(maps) - error).max(axis=2)[:, :, np.newaxis]
        # A hair more, for what is rounded to float64 here.
        hair = 2.0**-50 * np.abs(maxima)[:, :, np.newaxis]
        may_be = _windows(maps) + error + hair >= reach
        under = sliding_window_view(pixels, (3, 3)).reshape(26, 26, 9)
        seen = _windows(under).reshape(13, 13, 4, 1, 3, 3)
        return cls(may_be, np.argmax(windows, axis=2), seen)

    @property
    def ties(self) -> int:
        """Windows of which several elements may be the largest."""
        return int((self.may_be.sum(axis=2) > 1).sum())

    @property
    def _mask(self) -> NDArray[np.bool_]:
        return self.may_be[..., np.newaxis, np.newaxis]

    def spans(self, grad: Array) -> tuple[Array, Array]:
        """Return the least and the largest sums (8, 3, 3) of a gradient (13, 13, 8) and pixels."""
        pixels, mask = self.pixels, self._mask
        far = np.int64(1 << 20)
        negative = np.where(mask, np.minimum(pixels, 0), 0).sum(axis=2)
        positive = np.where(mask, np.maximum(pixels, 0), 0).sum(axis=2)
        least = np.where(negative < 0, negative, np.where(mask, pixels, far).min(axis=2))
        most = np.where(positive > 0, positive, np.where(mask, pixels, -far).max(axis=2))
        is_up = (grad >= 0).astype(bool)[..., np.newaxis, np.newaxis]
        given = grad[..., np.newaxis, np.newaxis]
        low = (given * np.where(is_up, least, most).astype(object)).sum(axis=(0, 1))
        high = (given * np.where(is_up, most, least).astype(object)).sum(axis=(0, 1))
        return low, high

    def firsts(self, grad: Array) -> Array:
        """Return the sums (8, 3, 3) where the first maximum gets the gradient."""
        chosen = np.arange(4)[:, np.newaxis] == self.first[:, :, np.newaxis]
        pixels = np.where(chosen[..., np.newaxis, np.newaxis], self.pixels, 0).sum(axis=2)
        return np.asarray((grad[..., np.newaxis, np.newaxis] * pixels.astype(object)).sum((0, 1)))

    def error(self, grad: Floats, grad_error: Floats, pixel_error: float, u: float) -> Floats:
        """Bound the sums (8, 3, 3) of products of a gradient, which is off, and pixels."""
        counts = self.may_be.sum(axis=2)[..., np.newaxis, np.newaxis]
        sizes = np.where(self._mask, np.abs(self.pixels), 0).sum(axis=2) / _DENOMINATOR
        grad, grad_error = (g[..., np.newaxis, np.newaxis] for g in (grad, grad_error))
        off = _product_error(sizes, counts * pixel_error, grad, grad_error).sum(axis=(0, 1))
        magnitude = ((sizes + counts * pixel_error) * (grad + grad_error)).sum(axis=(0, 1))
        terms = counts.sum(axis=(0, 1))
        gammas = np.array([bounds.gamma(int(n) + 5, u) for n in terms.ravel()])
        return np.asarray(off + gammas.reshape(terms.shape) * magnitude)
