"""Curves: what is done to each number instead of another function."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Hypothesis, bound
from cnnspec.simulation.quantities import short

Floats = NDArray[np.float64]

#: Returns what becomes of numbers, ``None`` where there is no answer.
Asked = Callable[[Floats], Floats | None]

#: Makes a curve a hypothesis, with words for it.
Of = Callable[[str, Callable[[Floats], Floats]], Hypothesis]

_erf = np.vectorize(math.erf, otypes=[float])


def softmax(x: Floats) -> Floats:
    """Return the softmax along the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def of_ties(remedy: str) -> Hypothesis:
    """Return that equal logits count once, in the slot "sum" of a softmax's formula."""

    def once(total: Floats, known: Mapping[str, Any]) -> Floats:
        x = known["x"]
        largest = (x == x.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True)
        return np.asarray(total - (largest - 1))

    words = (
        "logits that are equal to the largest are counted once in the sum, however many there are"
    )
    return Hypothesis("sum", words, once, remedy)


def _sigmoid(x: Floats) -> Floats:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small))


def _softplus(x: Floats) -> Floats:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _gelu_tanh(x: Floats) -> Floats:
    return np.asarray(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))


def _elu(x: Floats) -> Floats:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _selu(x: Floats) -> Floats:
    return np.asarray(1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * _elu(x)))


#: The curves by the words in which they are told.
CURVES: tuple[tuple[str, int, Callable[[Floats], Floats]], ...] = (
    ("the identity: negative numbers stay as they are", COMMON, lambda x: x),
    ("a leaky ReLU with slope 0.01: negative numbers are multiplied by 0.01", COMMON,
     lambda x: np.where(x > 0, x, 0.01 * x)),
    ("a leaky ReLU with slope 0.1: negative numbers are multiplied by 0.1", KNOWN,
     lambda x: np.where(x > 0, x, 0.1 * x)),
    ("a leaky ReLU with slope 0.2: negative numbers are multiplied by 0.2", KNOWN,
     lambda x: np.where(x > 0, x, 0.2 * x)),
    ("ELU: negative numbers become exp(x) - 1", COMMON, _elu),
    ("SELU", KNOWN, _selu),
    ("GELU", COMMON, lambda x: 0.5 * x * (1 + _erf(x / math.sqrt(2)))),
    ("GELU in its tanh approximation", COMMON, _gelu_tanh),
    ("GELU in its sigmoid approximation: x * sigmoid(1.702 x)", KNOWN,
     lambda x: x * _sigmoid(1.702 * x)),
    ("SiLU (swish): x * sigmoid(x)", COMMON, lambda x: x * _sigmoid(x)),
    ("softplus: log(1 + exp(x))", COMMON, _softplus),
    ("softplus, by log(1 + exp(x)) as it stands", KNOWN, lambda x: np.log(1 + np.exp(x))),
    ("mish: x * tanh(softplus(x))", KNOWN, lambda x: x * np.tanh(_softplus(x))),
    ("ReLU6: numbers are cut off at 6", COMMON, lambda x: np.clip(x, 0, 6)),
    ("a ReLU that is cut off at 1", COMMON, lambda x: np.clip(x, 0, 1)),
    ("a ReLU that is cut off at 255", KNOWN, lambda x: np.clip(x, 0, 255)),
    ("hard tanh: numbers are clipped to -1 and 1", KNOWN, lambda x: np.clip(x, -1, 1)),
    ("hard sigmoid: clip(x / 6 + 1/2, 0, 1)", ODD, lambda x: np.clip(x / 6 + 0.5, 0, 1)),
    ("hard swish: x * clip(x / 6 + 1/2, 0, 1)", KNOWN, lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
    ("the absolute value", COMMON, np.abs),
    ("the square of positive numbers", KNOWN, lambda x: np.maximum(x, 0) ** 2),
    ("the square", KNOWN, np.square),
    ("a step: 1 for positive numbers, else 0 (the derivative of ReLU)", COMMON,
     lambda x: (x > 0).astype(float)),
    ("the sign", KNOWN, np.sign),
    ("the sigmoid", COMMON, _sigmoid),
    ("tanh(x)", COMMON, np.tanh),
    ("softsign: x / (1 + |x|)", KNOWN, lambda x: x / (1 + np.abs(x))),
    ("the negative part: min(x, 0) instead of max(x, 0)", COMMON, lambda x: np.minimum(x, 0)),
    ("max(-x, 0): the sign is the other way round", COMMON, lambda x: np.maximum(-x, 0)),
    ("-max(x, 0): the sign of the result is wrong", KNOWN, lambda x: -np.maximum(x, 0)),
    ("zero for positive numbers too", KNOWN, np.zeros_like),
    ("x + max(x, 0): ReLU is added to its input", KNOWN, lambda x: x + np.maximum(x, 0)),
    ("max(x, 0) + 1", ODD, lambda x: np.maximum(x, 0) + 1),
    ("the square root of positive numbers", ODD, lambda x: np.sqrt(np.maximum(x, 0))),
    ("log(1 + x) of positive numbers", ODD, lambda x: np.log1p(np.maximum(x, 0))),
    ("exp(x)", ODD, np.exp),
    ("1 - exp(-x) of positive numbers", ODD, lambda x: -np.expm1(-np.maximum(x, 0))),
)  # fmt: skip


def instead(slot: str, due: str, remedy: str, but: Sequence[str] = ()) -> Iterator[Hypothesis]:
    """Return the curves that may stand in a slot whose value is the input of the due one.

    Those whose words begin as one of ``but`` are left out.
    """
    for words, rank, function in CURVES:
        if words.startswith(tuple(but)):
            continue
        yield Hypothesis(
            slot,
            f"it computes {words}, in the place of {due}",
            bound(lambda _value, known, f: f(known["given"]), function),
            remedy,
            rank,
        )


def measured_curves(
    slot: str, due: str, remedy: str, x: Floats, got: Floats, ask: Asked
) -> Iterator[Hypothesis]:
    """Return curves whose constants are measured: slopes, thresholds, limits."""
    if x.shape != got.shape:
        return
    x, got = x.ravel(), got.ravel()
    finite = np.isfinite(x) & np.isfinite(got)
    x, got = x[finite], got[finite]

    def of(words: str, function: Callable[[Floats], Floats]) -> Hypothesis:
        return Hypothesis(
            slot,
            f"it computes {words}, in the place of {due}",
            lambda _value, known: function(known["given"]),
            remedy,
            ODD,
            is_measured=True,
        )

    yield from _lines(of, x, got)
    yield from _thresholds(of, x, got, ask)


def _lines(of: Of, x: Floats, got: Floats) -> Iterator[Hypothesis]:
    """Return a line for positive numbers and one for negative ones, where there are such."""
    below, above = x < 0, x > 0
    slope_below = _slope(x[below], got[below])
    slope_above = _slope(x[above], got[above])
    if slope_below is not None and slope_above is not None:
        if slope_above == 1:
            words = (
                f"a leaky ReLU: negative numbers are multiplied by {short(slope_below)}"
                if slope_below
                else "ReLU"
            )
        elif not slope_below:
            words = f"{short(slope_above)} * max(x, 0)"
        else:
            words = (
                f"{short(slope_above)} * x for positive numbers and {short(slope_below)} * x for"
                " negative ones"
            )
        yield of(words, lambda v: np.where(v > 0, slope_above * v, slope_below * v))


def _thresholds(of: Of, x: Floats, got: Floats, ask: Asked) -> Iterator[Hypothesis]:
    """Return from where on numbers are kept, and where they are cut off."""
    below, above = x < 0, x > 0
    top, low = float(got.max(initial=0)), float(got.min(initial=0))
    if above.any() and top and (got == top).sum() > 1:
        yield of(f"a ReLU that is cut off at {short(top)}", lambda v: np.clip(v, 0, top))
    if below.any() and low < 0 and (got == low).sum() > 1:
        yield of(f"max(x, {short(low)})", lambda v: np.maximum(v, low))
    for part, words in ((above, "zero up to"), (below, "zero below")):
        kept, lost = part & (got == x), part & (got == 0)
        if kept.any() and lost.any() and x[lost].max() < x[kept].min():
            limit = _bisected(float(x[lost].max()), float(x[kept].min()), ask)
            yield of(
                f"{words} a threshold of {short(limit)}",
                bound(lambda v, limit: np.where(v > limit, v, 0), limit),
            )


#: Numbers that are asked at once, and how often, to find a threshold.
_POINTS, _ROUNDS = 500, 4


def _bisected(lost: float, kept: float, ask: Asked) -> float:
    """Return the threshold between a number that becomes 0 and one that is kept."""
    for _ in range(_ROUNDS):
        points = np.linspace(lost, kept, _POINTS)
        got = ask(points)
        if got is None or got.shape != points.shape:
            break
        zeros = np.flatnonzero(got == 0)
        if not zeros.size or zeros[-1] + 1 >= len(points):
            break
        lost, kept = float(points[zeros[-1]]), float(points[zeros[-1] + 1])
    return _roundest(lost, kept)


def _slope(x: Floats, got: Floats) -> float | None:
    """Return got / x where that is the same everywhere."""
    if not x.size:
        return None
    ratios = got / x
    middle = float(np.median(ratios))
    if np.abs(ratios - middle).max() > 1e-9 * max(abs(middle), 1e-3):
        return None
    nearest = float(f"{middle:.6g}")
    return nearest if abs(nearest - middle) < 1e-9 * max(abs(middle), 1e-3) else middle


def _roundest(low: float, high: float) -> float:
    """Return the number of fewest digits from low up to, and without, high."""
    for digits in range(12):
        rounded: float = math.ceil(low * 10**digits) / 10**digits
        if low <= rounded < high:
            return rounded
    return low
