"""The sigmoid with slots, and what is done in them by mistake."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.curves import softmax
from cnnspec.simulation.elementwise import (
    another,
    clipped,
    overflowing,
    rough_exponentials,
    saturated,
    squashing,
)
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Floats, Hypothesis, bound

_DUE = "1 / (1 + exp(-x))"
_REMEDY = "return 1 / (1 + exp(-x)) of every number, and exp(x) / (1 + exp(x)) where x is below 0"

_erf = np.vectorize(math.erf, otypes=[float])


def _sigmoid(x: Array) -> Floats:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, 1) / (1 + small))


def _of_growing(x: Array) -> Floats:
    return np.asarray(np.exp(x) / (1 + np.exp(x)))


def _own() -> Iterator[Hypothesis]:
    yield from _of_exponentials()
    yield from _of_others()
    yield from clipped(_REMEDY, (2, 3, 4, 5, 6, 8, 10, 15, 16, 20))
    yield from saturated(_sigmoid, 0, 1, _REMEDY)
    yield from rough_exponentials("", lambda exp, x: 1 / (1 + exp(-x)), _REMEDY)
    for places in range(1, 11):
        small = 10.0**-places
        yield another(
            f"results are kept from 1e-{places:02d} to 1 - 1e-{places:02d}",
            bound(lambda x, c: np.clip(_sigmoid(x), c, 1 - c), small),
            _REMEDY,
        )
        yield another(
            f"a constant, 1e-{places:02d}, is added to the denominator",
            bound(lambda x, c: 1 / (1 + np.exp(-x) + c), small),
            _REMEDY,
        )


def _of_exponentials() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield from overflowing(
        "it computes exp(x) / (1 + exp(x)) as it stands: exp overflows, and infinity over"
        " infinity is NaN where x is large", _of_growing, _REMEDY,
    )  # fmt: skip
    yield from overflowing(
        "numbers of either sign go through one formula together, exp(x) / (1 + exp(x)), as soon as"
        " one is below 0: exp overflows, and infinity over infinity is NaN where x is large",
        lambda x: _of_growing(x) if (x < 0).any() else _sigmoid(x), _REMEDY, KNOWN,
    )  # fmt: skip
    yield one("the sign of the exponent is lost: it computes 1 / (1 + exp(x)), which falls where"
              " the sigmoid rises", lambda x: 1 / (1 + np.exp(x)))  # fmt: skip
    yield one("the sign of the denominator is wrong: it computes 1 / (1 - exp(-x))",
              lambda x: 1 / (1 - np.exp(-x)))  # fmt: skip
    yield one("the magnitude is taken: it computes 1 / (1 + exp(-|x|)), for negative numbers too",
              lambda x: 1 / (1 + np.exp(-np.abs(x))))  # fmt: skip
    yield one("the numerator of negative numbers is taken for all: exp(-|x|) / (1 + exp(-|x|))",
              lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))  # fmt: skip
    yield one("the 1 in the denominator is missing: it computes 1 / exp(-x)",
              lambda x: 1 / np.exp(-x), KNOWN)  # fmt: skip
    yield one("the reciprocal is not taken: it computes 1 + exp(-x)", lambda x: 1 + np.exp(-x))
    yield one("it computes exp(-x)", lambda x: np.exp(-x), KNOWN)
    yield one("the denominator has 2 in the place of 1", lambda x: 1 / (2 + np.exp(-x)), KNOWN)
    yield one("exp(-x) is taken times itself: of the square of x, not of x",
              lambda x: 1 / (1 + np.exp(-x * x)), KNOWN)  # fmt: skip
    yield one("negative numbers get exp(x) alone: the denominator 1 + exp(x) is missing",
              lambda x: np.where(x < 0, np.exp(np.minimum(x, 0)), _sigmoid(x)))  # fmt: skip


def _of_others() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("it returns the derivative, s * (1 - s) of the sigmoid s",
              lambda x: _sigmoid(x) * (1 - _sigmoid(x)))  # fmt: skip
    yield one("it returns x * (1 - x), the derivative's formula for a result, of the numbers"
              " themselves", lambda x: x * (1 - x))  # fmt: skip
    yield one("it returns the logarithm of the sigmoid (log-sigmoid)",
              lambda x: -np.maximum(-x, 0) - np.log1p(np.exp(-np.abs(x))))  # fmt: skip
    yield one("the sigmoid is taken twice", lambda x: _sigmoid(_sigmoid(x)))
    yield one("it is a hard sigmoid, 0.2 x + 1/2 cut to the range from 0 to 1",
              lambda x: np.clip(0.2 * x + 0.5, 0, 1))  # fmt: skip
    yield one("it is a hard sigmoid, x / 6 + 1/2 cut to the range from 0 to 1",
              lambda x: np.clip(x / 6 + 0.5, 0, 1))  # fmt: skip
    yield one("it is a fast sigmoid, (1 + x / (1 + |x|)) / 2",
              lambda x: (1 + x / (1 + np.abs(x))) / 2)  # fmt: skip
    yield one("it is 2 sigmoid(x) - 1, from -1 to 1", lambda x: 2 * _sigmoid(x) - 1)
    yield one("it is (1 + tanh(x)) / 2, the sigmoid of 2 x", lambda x: (1 + np.tanh(x)) / 2)
    yield one("half of tanh(x / 2) is returned: the 1/2 beside it is missing",
              lambda x: np.tanh(x / 2) / 2, KNOWN)  # fmt: skip
    yield one("1 + tanh(x / 2) is returned: it is not halved", lambda x: 1 + np.tanh(x / 2), KNOWN)
    yield one("it is the normal distribution's (1 + erf(x / sqrt(2))) / 2",
              lambda x: (1 + _erf(x / math.sqrt(2))) / 2, KNOWN)  # fmt: skip
    yield one("it is sigmoid(1.702 x)", lambda x: _sigmoid(1.702 * x), KNOWN)
    yield one("it is a softmax along the last axis", softmax)
    yield one("it is a softmax over all numbers",
              lambda x: softmax(x.reshape(1, -1)).reshape(x.shape))  # fmt: skip
    yield one("it is a step: 1 where x is 0 or more, else 0", lambda x: (x >= 0).astype(float))
    yield one("it is a decision: 1 where the sigmoid is above 1/2, else 0",
              lambda x: (x > 0).astype(float), ODD)  # fmt: skip
    yield one("it is the arctangent, 1/2 + atan(x) / pi", lambda x: 0.5 + np.arctan(x) / np.pi, ODD)


SIMULATOR = squashing(
    "x", _DUE, _REMEDY, _sigmoid, _own, but=("the sigmoid", "hard sigmoid", "a step", "exp(x)")
)
