"""The gradient of the sigmoid with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.elementwise import clipped, rough_exponentials
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Array,
    Floats,
    Hypothesis,
    Slots,
    bound,
)
from cnnspec.simulation.slopes import (
    KEEPING_DISTANCES,
    another,
    sigmoid,
    simulator,
    without_brackets,
)

_DUE = "y (1 - y), with y the sigmoid of x"
_REMEDY = "multiply the gradient by y (1 - y), with y = 1 / (1 + exp(-x))"


def _slope(_at: Slots, x: Array) -> Array:
    return sigmoid(x) * sigmoid(-x)


def _by(of: Callable[[Floats], Any]) -> Callable[[Floats], Any]:
    """Return a function of the numbers that is one of their sigmoids."""
    return lambda x: of(sigmoid(x))


def _own() -> Iterator[Hypothesis]:
    yield from _of_results()
    of_y = ("y", sigmoid)
    yield from without_brackets(of_y, of_y, _REMEDY)
    yield from without_brackets(of_y, ("y^2", _by(np.square)), _REMEDY)
    yield from _of_exponentials()
    yield from clipped(_REMEDY, (2, 3, 4, 5, 6, 8, 10, 15, 16, 20))
    yield from rough_exponentials("", lambda exp, x: exp(-x) / (1 + exp(-x)) ** 2, _REMEDY)


def _of_results() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("x stands in the place of y: it multiplies by x (1 - x), the slope by the result,"
              " of the numbers before the sigmoid", lambda x: x * (1 - x))  # fmt: skip
    yield one("the product is missing: it multiplies by y, the sigmoid itself", sigmoid)
    yield one("a factor is missing: it multiplies by 1 - y, which is exp(-x) / (1 + exp(-x))",
              _by(lambda y: 1 - y))  # fmt: skip
    yield one("it multiplies by y (1 + y)", _by(lambda y: y * (1 + y)))
    yield one("it multiplies by y - 1 in the place of 1 - y: the sign is turned",
              _by(lambda y: y * (y - 1)))  # fmt: skip
    yield one("it multiplies by 1 - y^2, the slope of tanh by its result, of the sigmoid",
              _by(lambda y: 1 - y * y))  # fmt: skip
    yield one("it multiplies by y^2 (1 - y)", _by(lambda y: y * y * (1 - y)), KNOWN)
    yield one("it multiplies by y (1 - y)^2", _by(lambda y: y * (1 - y) ** 2), KNOWN)
    yield one("it multiplies by (1 - y)^2", _by(lambda y: (1 - y) ** 2), KNOWN)
    yield one("the sigmoid is taken twice: y is that of a result", lambda x: _slope_of(sigmoid(x)))
    yield one("it multiplies by x, too: x y (1 - y)", lambda x: x * _slope_of(x))
    yield one("it multiplies by x (1 - y)", lambda x: x * (1 - sigmoid(x)), KNOWN)
    yield one("it multiplies by y (1 - x)", lambda x: sigmoid(x) * (1 - x), KNOWN)
    yield one("it is y (1 - y) of tanh", lambda x: np.tanh(x) * (1 - np.tanh(x)), KNOWN)
    yield one("it is the slope of a hard sigmoid: 0.2 from -2.5 to 2.5, and else 0",
              lambda x: 0.2 * (np.abs(x) < 2.5))  # fmt: skip
    yield one("it is the slope of a hard sigmoid: 1/6 from -3 to 3, and else 0",
              lambda x: (np.abs(x) < 3) / 6)  # fmt: skip
    yield one("it is the slope at 0, 1/4, everywhere", lambda x: np.full(x.shape, 0.25), KNOWN)
    yield one("it is the slope of sigmoid(1.702 x)",
              lambda x: 1.702 * _slope_of(1.702 * x), KNOWN)  # fmt: skip
    yield one("it multiplies by the logarithm of y", _by(np.log), ODD)
    for places in range(1, 11):
        yield one(
            f"y is kept from 1e-{places:02d} to 1 - 1e-{places:02d}",
            _by(
                bound(lambda y, c: np.clip(y, c, 1 - c) * (1 - np.clip(y, c, 1 - c)), 10.0**-places)
            ),
            KNOWN,
        )


def _slope_of(x: Floats) -> Floats:
    return np.asarray(sigmoid(x) * sigmoid(-x))


def _of_exponentials() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("it computes exp(-x) / (1 + exp(-x))^2 as it stands: exp overflows, and infinity over"
              " infinity is NaN where x is far below 0",
              lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2)  # fmt: skip
    yield one("it computes exp(x) / (1 + exp(x))^2 as it stands: exp overflows, and infinity over"
              " infinity is NaN where x is large",
              lambda x: np.exp(x) / (1 + np.exp(x)) ** 2)  # fmt: skip
    yield one("y is exp(x) / (1 + exp(x)) as it stands: exp overflows, and infinity over infinity"
              " is NaN where x is large", lambda x: _of_quotient(np.exp(x)))  # fmt: skip
    yield one("the numerator is missing: it computes 1 / (1 + exp(-x))^2",
              lambda x: 1 / (1 + np.exp(-x)) ** 2)  # fmt: skip
    yield one("the sign of the denominator is wrong: it computes exp(-x) / (1 - exp(-x))^2",
              lambda x: np.exp(-x) / (1 - np.exp(-x)) ** 2)  # fmt: skip
    yield one("it computes -exp(-x) / (1 + exp(-x))^2: the inner derivative's sign is lost",
              lambda x: -_slope_of(x))  # fmt: skip


def _of_quotient(power: Floats) -> Floats:
    y = power / (1 + power)
    return np.asarray(y * (1 - y))


SIMULATOR = simulator(
    _DUE,
    _REMEDY,
    _slope,
    _own,
    but=("the slope of the sigmoid", "x (1 - x)", "the slope of softplus"),
    never=KEEPING_DISTANCES,
)
