"""The gradient of the leaky ReLU with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.operations.leaky_relu.answer import DEFAULT
from cnnspec.simulation.elementwise import CURVE, RESULTS
from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Hypothesis, Slots, bound
from cnnspec.simulation.slopes import KEEPING_SIGNS, simulator

_DUE = "1 where x is larger than 0, and the slope elsewhere"
_REMEDY = "return the gradient where x is larger than 0, and the slope times it elsewhere"


def _slope(at: Slots, x: Array, slope: float | None = None) -> Array:
    due = DEFAULT if slope is None else slope
    steep = at("slope", due, is_given=slope is not None)
    return np.asarray(at("sides", np.where(x > 0, 1.0, steep), given=x, slope=steep))


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
    yield one("it is the gradient of a ReLU, whatever slope is given: nothing comes through where x"
              " is below 0", lambda _s: 0.0, COMMON)  # fmt: skip
    yield one("the gradient comes through everywhere as it is, whatever slope is given",
              lambda _s: 1.0, COMMON)  # fmt: skip
    yield one("the gradient is divided by the slope, not multiplied by it, where x is below 0",
              lambda s: 1 / s, COMMON)  # fmt: skip
    yield one("the gradient is multiplied by 1 - slope where x is below 0", lambda s: 1 - s)
    yield one("the gradient is multiplied by 1 + slope where x is below 0", lambda s: 1 + s)
    yield one("the gradient is multiplied by -slope where x is below 0", lambda s: -s, COMMON)
    yield one("the slope is applied twice: the gradient is multiplied by its square where x is"
              " below 0", lambda s: s * s)  # fmt: skip
    yield one("the slope is taken for percent", lambda s: s / 100)
    yield one("the slope is cut to a whole number", lambda s: float(int(s)))
    yield one("the slope is rounded to float32", lambda s: float(np.float32(s)))
    yield one("the slope is rounded to float16", lambda s: float(np.float16(s)))
    yield one("a slope of 0 is taken for none, and is 0.01", lambda s: s or 0.01)


def _of_sides() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, float], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(
            "sides",
            words,
            lambda _value, known: np.asarray(of(known["given"], known["slope"])),
            _REMEDY,
            rank,
        )

    yield one("the slope is on the wrong side: the gradient is multiplied by it where x is above 0,"
              " and comes through below", lambda x, s: np.where(x > 0, s, 1.0))  # fmt: skip
    yield one("the gradient is multiplied by the slope everywhere, where x is above 0 too",
              lambda x, s: np.full(x.shape, s))  # fmt: skip
    yield one("1 is added to the slope where x is above 0", lambda x, s: (x > 0) + s)
    yield one("the slope is multiplied by x: the forward's result stands in the place of its slope",
              lambda x, s: np.where(x > 0, x, s * x))  # fmt: skip
    yield one("the slope is multiplied by x where x is below 0",
              lambda x, s: np.where(x > 0, 1.0, s * x))  # fmt: skip
    yield one("the threshold is the slope: the gradient comes through only where x is larger",
              lambda x, s: np.where(x > s, 1.0, s), KNOWN)  # fmt: skip
    yield one("the threshold is 1: the gradient comes through only where x is larger",
              lambda x, s: np.where(x > 1, 1.0, s), KNOWN)  # fmt: skip
    yield one("the side is read off the result, whose sign is another one with a slope below 0",
              lambda x, s: np.where(np.where(x > 0, x, s * x) > 0, 1.0, s), KNOWN)  # fmt: skip
    yield one("it is the slope of ELU below 0, slope * exp(x)",
              lambda x, s: np.where(x > 0, 1.0, s * np.exp(np.minimum(x, 0))))  # fmt: skip
    by_gradient = "the gradient is multiplied by the slope where it is below 0 itself, not x"
    yield Hypothesis(
        CURVE, by_gradient,
        lambda value, known: np.where(known["grad"] > 0, 1.0, _least(value)), _REMEDY, COMMON,
    )  # fmt: skip
    yield _without_gradient("it returns the slope itself where x is below 0, without the gradient")
    yield _without_gradient("it returns the slope times x where x is below 0, without the gradient",
                            lambda known: known["given"])  # fmt: skip


def _least(value: Array) -> Array:
    """Return the slope, which is all that stands there beside 1."""
    others = value[value != 1]
    return others[:1] if others.size else np.ones(1)


def _without_gradient(
    words: str, times: Callable[[Any], Array] = lambda known: np.ones_like(known["given"])
) -> Hypothesis:
    def change(value: Array, known: Any) -> Array:
        return np.where(known["given"] > 0, value, known["slope"] * times(known))

    return Hypothesis(RESULTS, words, change, _REMEDY, COMMON)


SIMULATOR = simulator(
    _DUE,
    _REMEDY,
    _slope,
    _own,
    but=("1 everywhere", "the slope of ReLU,", "the slope of a leaky ReLU"),
    never=KEEPING_SIGNS,
    options={"slope": (DEFAULT, 0.0, 0.2, 0.25, 0.3, 0.5, 0.9, 1.5, -0.25)},
)
