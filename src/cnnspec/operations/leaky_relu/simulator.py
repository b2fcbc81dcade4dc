"""The leaky ReLU with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.operations.leaky_relu.answer import DEFAULT
from cnnspec.simulation.elementwise import CURVE, NUMBERS, RESULTS, simulator
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, Slots, bound

_DUE = "x where x > 0, and slope * x elsewhere"
_REMEDY = "leave numbers larger than 0 as they are, and multiply the others by the slope"


def compute(at: Slots, x: Array, slope: float | None = None) -> Array:
    """Compute x or slope * x in float64."""
    x = at(NUMBERS, np.asarray(x, np.float64))
    due = DEFAULT if slope is None else slope
    steep = at("slope", due, is_given=slope is not None)
    through = at(CURVE, np.where(x > 0, x, steep * x), given=x, slope=due)
    return np.asarray(at(RESULTS, through, given=x))


def _own() -> Iterator[Hypothesis]:
    yield from _of_slopes()
    yield from _of_sides()


def _of_slopes() -> Iterator[Hypothesis]:
    remedy = "multiply by the slope that is given"

    def one(words: str, of: Callable[[float], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("slope", words, lambda slope, _known: of(slope), remedy, rank)

    for fixed in (0.01, 0.1, 0.2, 0.3, 0.001, 0.05, 0.25, 0.5):
        yield one(
            f"the slope is {fixed:g}, whatever is given",
            bound(lambda _slope, fixed: fixed, fixed),
            COMMON if fixed in (0.01, 0.2) else KNOWN,
        )
        if fixed != DEFAULT:
            yield Hypothesis(
                "slope",
                f"the slope is {fixed:g} where none is given",
                bound(lambda slope, known, fixed: slope if known["is_given"] else fixed, fixed),
                f"take {DEFAULT:g} where none is given",
            )
    yield one("it is a ReLU, whatever slope is given: negative numbers become 0", lambda _s: 0.0,
              COMMON)  # fmt: skip
    yield one("it is the identity, whatever slope is given: negative numbers stay as they are",
              lambda _s: 1.0, COMMON)  # fmt: skip
    yield one("negative numbers are divided by the slope, not multiplied by it",
              lambda s: 1 / s, COMMON)  # fmt: skip
    yield one("negative numbers are multiplied by 1 - slope", lambda s: 1 - s, COMMON)
    yield one("negative numbers are multiplied by 1 + slope: the slope's part is added to them",
              lambda s: 1 + s, COMMON)  # fmt: skip
    yield one("negative numbers are multiplied by -slope: they become positive", lambda s: -s,
              COMMON)  # fmt: skip
    yield one("the slope is applied twice: negative numbers are multiplied by its square",
              lambda s: s * s)  # fmt: skip
    yield one("the slope is taken for percent: negative numbers are multiplied by slope / 100",
              lambda s: s / 100)  # fmt: skip
    yield one("the slope is cut to a whole number", lambda s: float(int(s)))
    yield one("the slope is rounded to a whole number", lambda s: float(round(s)), ODD)
    yield one("the slope is rounded to float32", lambda s: float(np.float32(s)))
    yield one("the slope is rounded to float16", lambda s: float(np.float16(s)))
    yield one("a slope above 1 is taken for 1", lambda s: min(s, 1.0), ODD)
    yield one("a slope of 0 is taken for none, and is 0.01", lambda s: s or 0.01)


def _of_sides() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, float], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(
            CURVE,
            words,
            lambda _value, known: np.asarray(of(known["given"], known["slope"])),
            _REMEDY,
            rank,
        )

    yield one("the slope is on the wrong side: positive numbers are multiplied by it, negative ones"
              " stay as they are", lambda x, s: np.where(x > 0, s * x, x))  # fmt: skip
    yield one("all numbers are multiplied by the slope, positive ones too", lambda x, s: s * x)
    yield one("it returns max(x, slope): the slope itself, not slope * x",
              np.maximum)  # fmt: skip
    yield one("it returns the slope itself for negative numbers, not slope * x",
              lambda x, s: np.where(x >= 0, x, s))  # fmt: skip
    yield one("it returns the slope itself for numbers that are not positive, not slope * x",
              lambda x, s: np.where(x > 0, x, s))  # fmt: skip
    yield one("it returns -slope for negative numbers, not slope * x",
              lambda x, s: np.where(x > 0, x, -s))  # fmt: skip
    yield one("the slope is subtracted from negative numbers, not multiplied with them",
              lambda x, s: np.where(x > 0, x, x - s))  # fmt: skip
    yield one("the slope is added to negative numbers, not multiplied with them",
              lambda x, s: np.where(x > 0, x, x + s))  # fmt: skip
    yield one("slope * x is added to positive numbers, too: max(x, 0) + slope * x",
              lambda x, s: np.maximum(x, 0) + s * x)  # fmt: skip
    yield one("it returns min(x, slope * x): the smaller of the two, where the larger is due",
              lambda x, s: np.minimum(x, s * x))  # fmt: skip
    yield one("it returns max(x, slope * x), which is the other way round for slopes beyond 1",
              lambda x, s: np.maximum(x, s * x))  # fmt: skip
    yield one("it is ELU, slope * (exp(x) - 1) for negative numbers",
              lambda x, s: np.where(x > 0, x, s * np.expm1(np.minimum(x, 0))))  # fmt: skip
    yield one("it is the derivative: 1 for positive numbers, the slope for others",
              lambda x, s: np.where(x > 0, 1.0, s))  # fmt: skip
    yield one("the threshold is the slope: only numbers larger than it stay as they are",
              lambda x, s: np.where(x > s, x, s * x), KNOWN)  # fmt: skip
    yield one("the threshold is 1: only numbers larger than it stay as they are",
              lambda x, s: np.where(x > 1, x, s * x), KNOWN)  # fmt: skip
    yield one("the threshold is -1: numbers down to it stay as they are",
              lambda x, s: np.where(x > -1, x, s * x), KNOWN)  # fmt: skip
    yield one("positive numbers are cut off at 6", lambda x, s: np.where(x > 0, np.minimum(x, 6),
              s * x), KNOWN)  # fmt: skip


SIMULATOR = simulator(
    "x",
    _DUE,
    _REMEDY,
    compute,
    _own,
    but=("the identity", "a leaky ReLU", "ELU"),
    options={"slope": (DEFAULT, 0.0, 0.2, 0.25, 0.3, 0.5, 0.9, 1.5)},
)
