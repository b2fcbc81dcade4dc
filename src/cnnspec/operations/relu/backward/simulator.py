"""The gradient of ReLU with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator

import numpy as np

from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Floats, Hypothesis, Slots
from cnnspec.simulation.slopes import KEEPING_SIGNS, another, simulator

_DUE = "1 where x is larger than 0, and else 0"
_REMEDY = "return the gradient where x is larger than 0, and 0 elsewhere: numpy.where(x > 0, g, 0)"


def _slope(_at: Slots, x: Array) -> Array:
    return (x > 0).astype(float)


def _own() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], object], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("the gradient comes through everywhere, where x is below 0 too: the condition is"
              " missing, or always true", np.ones_like)  # fmt: skip
    yield one("the condition is the wrong way round: the gradient comes through where x is below 0,"
              " and not above", lambda x: (x < 0).astype(float))  # fmt: skip
    yield one("nothing comes through unless all of x is larger than 0",
              lambda x: np.full(x.shape, float((x > 0).all())), KNOWN)  # fmt: skip
    yield one("everything comes through if any of x is larger than 0",
              lambda x: np.full(x.shape, float((x > 0).any())), KNOWN)  # fmt: skip


SIMULATOR = simulator(
    _DUE,
    _REMEDY,
    _slope,
    _own,
    but=("1 everywhere", "the slope of ReLU,", "1 where x is less"),
    never=(*KEEPING_SIGNS, "multiplied by the slope twice$"),
)
