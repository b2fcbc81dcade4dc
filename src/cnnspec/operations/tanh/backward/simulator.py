"""The gradient of tanh with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.elementwise import clipped, rough_exponentials
from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Floats, Hypothesis, Slots
from cnnspec.simulation.slopes import (
    KEEPING_DISTANCES,
    another,
    sigmoid,
    simulator,
    without_brackets,
)

_DUE = "1 - y^2, with y the tanh of x"
_REMEDY = "multiply the gradient by 1 - y^2, with y the tanh of x"


def _slope(_at: Slots, x: Array) -> Array:
    return _slope_of(x)


def _slope_of(x: Floats) -> Floats:
    return np.asarray(1 / np.cosh(x) ** 2)


def _by(of: Callable[[Floats], Any]) -> Callable[[Floats], Any]:
    """Return a function of the numbers that is one of their tanh."""
    return lambda x: of(np.tanh(x))


def _own() -> Iterator[Hypothesis]:
    yield from _of_results()
    square = ("y^2", _by(np.square))
    yield from without_brackets(("1", np.ones_like), square, _REMEDY)
    yield from _of_exponentials()
    yield from clipped(_REMEDY, (2, 3, 4, 5, 6, 8, 10))
    yield from rough_exponentials("", lambda exp, x: 4 / (exp(x) + exp(-x)) ** 2, _REMEDY)


def _of_results() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("x stands in the place of y: it multiplies by 1 - x^2, the slope by the result, of"
              " the numbers before the tanh", lambda x: 1 - x * x)  # fmt: skip
    yield one("the square is missing: it multiplies by 1 - y", _by(lambda y: 1 - y))
    yield one("the square is missing, and the sign lost: it multiplies by 1 - |y|",
              _by(lambda y: 1 - np.abs(y)), KNOWN)  # fmt: skip
    yield one("the square is taken of x, not of its tanh: it multiplies by 1 - tanh(x^2)",
              lambda x: 1 - np.tanh(x * x))  # fmt: skip
    yield one("it multiplies by 1 + y^2: the sign is wrong", _by(lambda y: 1 + y * y))
    yield one("it multiplies by y^2 - 1: the sign is turned", _by(lambda y: y * y - 1))
    yield one("it multiplies by (1 - y)^2: the square is of the difference",
              _by(lambda y: (1 - y) ** 2))  # fmt: skip
    yield one("it multiplies by y (1 - y), the slope of a sigmoid by its result, of tanh",
              _by(lambda y: y * (1 - y)))  # fmt: skip
    yield one("it multiplies by y, the tanh itself", np.tanh)
    yield one("it multiplies by y^2: it is not subtracted from 1", _by(lambda y: y * y))
    yield one("it multiplies by 1 - 2 y", _by(lambda y: 1 - 2 * y), KNOWN)
    yield one("it multiplies by -2 y, the slope of 1 - y^2", _by(lambda y: -2 * y), KNOWN)
    yield one("it multiplies by 1 - y^3", _by(lambda y: 1 - y**3), KNOWN)
    yield one("it multiplies by the root of 1 - y^2, which is 1 / cosh(x)",
              lambda x: 1 / np.cosh(x))  # fmt: skip
    yield one("tanh is taken twice: y is that of a result", lambda x: _slope_of(np.tanh(x)))
    yield one("it multiplies by x, too: x (1 - y^2)", lambda x: x * _slope_of(x))
    yield one("a factor of 2 is missing: it is the slope at x / 2", lambda x: _slope_of(x / 2))
    yield one("a factor of 2 is too many: it is the slope at 2 x", lambda x: _slope_of(2 * x))
    yield one("it is the slope of tanh(x / 2), half of that at x / 2",
              lambda x: _slope_of(x / 2) / 2, KNOWN)  # fmt: skip
    yield one("it is the slope of tanh(2 x), twice that at 2 x",
              lambda x: 2 * _slope_of(2 * x), KNOWN)  # fmt: skip
    yield one("it is that of the arctangent, 1 / (1 + x^2)", lambda x: 1 / (1 + x * x))
    yield one("it is that of tan(x): 1 + tan(x)^2", lambda x: 1 + np.tan(x) ** 2, KNOWN)
    yield one("it is that of 1.7159 tanh(2/3 x)",
              lambda x: 1.7159 * 2 / 3 * _slope_of(2 / 3 * x), KNOWN)  # fmt: skip
    yield one("a sigmoid stands in the place of tanh: it multiplies by 1 - s^2",
              lambda x: 1 - sigmoid(x) ** 2)  # fmt: skip
    yield one("it is the slope at 0, 1, everywhere: the gradient comes through as it is",
              np.ones_like)  # fmt: skip


def _of_exponentials() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("y is (exp(x) - exp(-x)) / (exp(x) + exp(-x)) as it stands: exp overflows, and"
              " infinity over infinity is NaN where |x| is large",
              lambda x: 1 - ((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))) ** 2)  # fmt: skip
    yield one("y is (exp(2 x) - 1) / (exp(2 x) + 1) as it stands: exp overflows, and infinity over"
              " infinity is NaN where x is large",
              lambda x: 1 - ((np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)) ** 2)  # fmt: skip
    yield one("y is (1 - exp(-2 x)) / (1 + exp(-2 x)) as it stands: exp overflows, and infinity"
              " over infinity is NaN where x is far below 0",
              lambda x: 1 - ((1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))) ** 2)  # fmt: skip
    yield one("it computes 4 exp(2 x) / (1 + exp(2 x))^2 as it stands: exp overflows, and infinity"
              " over infinity is NaN where x is large",
              lambda x: 4 * np.exp(2 * x) / (1 + np.exp(2 * x)) ** 2)  # fmt: skip
    yield one("it computes 1 / (exp(x) + exp(-x))^2: the factor 4 is missing",
              lambda x: _slope_of(x) / 4)  # fmt: skip
    yield one("it multiplies by cosh(x)^2, not by 1 / cosh(x)^2", lambda x: np.cosh(x) ** 2)
    yield one("it computes 1 / sinh(x)^2: the hyperbolic sine stands for the cosine",
              lambda x: 1 / np.sinh(x) ** 2, KNOWN)  # fmt: skip


SIMULATOR = simulator(
    _DUE,
    _REMEDY,
    _slope,
    _own,
    but=("the slope of tanh", "1 - x^2", "tanh(x)", "1 everywhere", "the slope of the arctangent"),
    never=KEEPING_DISTANCES,
)
