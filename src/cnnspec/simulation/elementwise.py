"""Functions of each number by itself: their formula with slots, and what is done there instead."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import curves, quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)
from cnnspec.simulation.orders import Data, along_flat, along_last_axes

#: Returns what a formula with slots gives for numbers and the options of a call.
Formula = Callable[..., Array]

#: What an option of a call may be, by its name.
Choices = Mapping[str, tuple[Any, ...]]

#: The slots that each formula here has: the numbers, what comes of them, and the results.
NUMBERS, CURVE, RESULTS = "numbers", "curve", "result"


def squashing(
    data: str,
    due: str,
    remedy: str,
    function: Callable[[Floats], Floats],
    own: Callable[[], Iterable[Hypothesis]],
    but: Sequence[str],
) -> Simulator:
    """Return the simulator of a function of each number that has no options."""

    def formula(at: Slots, **given: Array) -> Array:
        x = at(NUMBERS, np.asarray(given[data], np.float64))
        dtype = np.result_type(given[data], np.float16)
        return np.asarray(at(RESULTS, at(CURVE, function(x), given=x, dtype=dtype), given=x))

    return simulator(data, due, remedy, formula, own, but)


def simulator(
    data: str,
    due: str,
    remedy: str,
    formula: Formula,
    own: Callable[[], Iterable[Hypothesis]],
    but: Sequence[str],
    options: Choices | None = None,
) -> Simulator:
    """Return the simulator of a function of each number.

    Parameters
    ----------
    data : str
        The argument that holds the numbers.
    due, remedy : str
        The formula, and how to mend what is wrong, in words.
    formula : callable
        Has the slots `NUMBERS`, `CURVE` and `RESULTS`, and may have more.
    own : callable
        Returns what may be done in its slots that others have not.
    but : sequence of str
        How the words of those curves begin that it is, or of which ``own`` says more.
    options : mapping or None
        Values of its options that are drawn.
    """
    numbers = Data(NUMBERS, "the numbers", (), remedy)
    results = Data(RESULTS, "the results", (), remedy)
    through = Data(CURVE, "what comes through", (), remedy)

    @cache
    def hypotheses() -> tuple[Hypothesis, ...]:
        return tuple(
            chain(
                own(),
                curves.instead(CURVE, due, remedy, but),
                quantities.casts(results),
                quantities.casts(numbers),
                quantities.small_as_zero(numbers),
                quantities.factors(results, {}),
                quantities.factors(numbers, {}),
                quantities.normalisations(numbers, {"": None}),
                quantities.normalisations(results, {"": None}),
                along_flat(results),
                along_last_axes(results),
                along_flat(through, instead_of_zero="given"),
                _parts(remedy),
            )
        )

    def measured(given: Arguments, got: Floats, expected: Floats, ask: Ask) -> Iterator[Hypothesis]:
        x = np.asarray(given[data], np.float64)
        yield from curves.measured_curves(
            CURVE, due, remedy, x, got, lambda values: ask({**given, data: values})
        )
        yield from quantities.measured_line(RESULTS, "the results", got, expected, remedy)

    return Simulator(
        compute=formula,
        hypotheses=hypotheses,
        measured=measured,
        sizes=lambda given: _sizes(given[data]),
        draw=lambda draw: _drawn(draw, data, options or {}),
    )


def _sizes(numbers: Array) -> dict[str, int]:
    """Return the sizes of a call."""
    x = np.asarray(numbers)
    return {
        "elements": x.size,
        "axes": x.ndim,
        "elements of the last axis": x.shape[-1] if x.ndim else 1,
    }


def _drawn(draw: Draw, data: str, options: Choices) -> dict[str, Any]:
    axes = draw.pick(1, 1, 2, 2, 3, 4, 5)
    shape = draw.apart(axes, 1, {1: 60, 5: 5}.get(axes, 7))
    scale = draw.pick(1.0, 1.0, 3.0, 10.0, 300.0)
    numbers = draw.reals(*shape) * scale
    sign = draw.pick(0, 0, 0, 0, 0, 0, 1, -1)  # of all numbers alike: other paths may be taken
    found = draw.varied({data: np.abs(numbers) * sign if sign else numbers})
    for name, values in options.items():
        if draw.pick(True, True, False):
            found[name] = draw.pick(*values)
    return found


#: Parts of the last axis that alone are changed, in words.
_PARTS = (
    ("only the first index of the last axis is changed, the others stay as they are", slice(0, 1)),
    (
        "only the last index of the last axis is changed, the others stay as they are",
        slice(-1, None),
    ),
    ("the last index of the last axis stays as it is, only the others are changed", slice(0, -1)),
    (
        "the first index of the last axis stays as it is, only the others are changed",
        slice(1, None),
    ),
    ("every second index of the last axis stays as it is", slice(0, None, 2)),
    ("the first and the last index of the last axis stay as they are", slice(1, -1)),
)


def _parts(remedy: str) -> Iterator[Hypothesis]:
    """Return that only a part of the last axis is changed."""
    for words, part in _PARTS:
        yield Hypothesis(
            CURVE,
            words,
            bound(lambda value, known, part: _mixed(value, known["given"], part), part),
            remedy,
            KNOWN,
        )


def _mixed(value: Array, given: Array, part: slice) -> Array:
    result = np.array(given)
    result[..., part] = value[..., part]
    return result


# --- what is done with exponentials ----------------------------------------------------------


def another(
    words: str, function: Callable[[Floats], Any], remedy: str, rank: int = KNOWN
) -> Hypothesis:
    """Return the hypothesis that another function is computed of every number."""
    return Hypothesis(
        CURVE, words, lambda _value, known: np.asarray(function(known["given"])), remedy, rank
    )


def overflowing(
    words: str, function: Callable[[Floats], Any], remedy: str, rank: int = COMMON
) -> Iterator[Hypothesis]:
    """Return that a function is computed whose exponentials overflow.

    They do so where float64 ends, or earlier, where the numbers' own dtype ends.
    """
    yield another(words, function, remedy, rank)
    yield Hypothesis(
        CURVE,
        f"{words} (in the numbers' own dtype)",
        lambda _value, known: np.asarray(function(known["given"].astype(known["dtype"]))),
        remedy,
        rank,
    )


def clipped(remedy: str, limits: Sequence[int]) -> Iterator[Hypothesis]:
    """Return the ranges to which numbers are clipped before their exponential."""
    for limit in limits:
        yield Hypothesis(
            NUMBERS,
            f"the numbers are clipped to the range from -{limit} to {limit}",
            bound(lambda value, _known, n: np.clip(value, -n, n), limit),
            remedy,
            COMMON if limit in (10, 20) else KNOWN,
        )


def saturated(
    of: Callable[[Floats], Floats], low: float, high: float, remedy: str
) -> Iterator[Hypothesis]:
    """Return from where on a curve may be taken for its limits."""
    for limit in (2, 3, 4, 5, 6, 8, 10):
        yield another(
            f"beyond {limit} on either side the curve is taken for saturated: there it is exactly"
            f" {low:g} or {high:g}",
            bound(lambda x, n: np.where(np.abs(x) > n, np.where(x > 0, high, low), of(x)), limit),
            remedy,
        )


def rough_exponentials(
    words: str, of: Callable[[Callable[[Floats], Floats], Floats], Floats], remedy: str
) -> Iterator[Hypothesis]:
    """Return a function of exponentials, ``of(exp, x)``, by approximations of these.

    ``words`` say of what the exponential is taken.
    """
    for terms in range(1, 13):
        yield another(
            f"the exponential is approximated by a series that ends with power {terms}{words}",
            bound(lambda x, n: of(bound(_series, n), x), terms),
            remedy,
        )
    for power in (4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 10, 100, 1000):
        yield another(
            f"the exponential is approximated by (1 + x / {power})^{power}{words}",
            bound(lambda x, n: of(bound(_limit, n), x), power),
            remedy,
        )
    for base in (2.0, 10.0, 2.7, 2.718, 2.71828):
        yield another(
            f"powers of {base:g} are taken, not of e{words}",
            bound(lambda x, b: of(bound(_power, b), x), base),
            remedy,
            COMMON if base in (2, 10) else KNOWN,
        )


def _series(x: Floats, terms: int) -> Floats:
    term = total = np.ones_like(x)
    for number in range(1, terms + 1):
        term = term * x / number
        total = total + term
    return total


def _limit(x: Floats, power: int) -> Floats:
    return np.asarray((1 + x / power) ** power)


def _power(x: Floats, base: float) -> Floats:
    return np.asarray(np.power(base, x))
