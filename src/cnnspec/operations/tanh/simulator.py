"""The tanh with slots, and what is done in them by mistake."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.elementwise import (
    another,
    clipped,
    overflowing,
    rough_exponentials,
    saturated,
    squashing,
)
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Floats, Hypothesis

_DUE = "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"
_REMEDY = "use the library's tanh, or exponentials of -2 |x|, which do not overflow, and x's sign"

_erf = np.vectorize(math.erf, otypes=[float])


def _own() -> Iterator[Hypothesis]:
    yield from _of_exponentials()
    yield from _of_others()
    yield from clipped(_REMEDY, (2, 3, 4, 5, 6, 8, 10))
    yield from saturated(np.tanh, -1, 1, _REMEDY)
    yield from rough_exponentials(
        "", lambda exp, x: np.asarray((exp(x) - exp(-x)) / (exp(x) + exp(-x))), _REMEDY
    )


def _of_exponentials() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    for formula, where, of in (
        ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "|x| is large",
         lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))),
        ("(exp(2 x) - 1) / (exp(2 x) + 1)", "x is large",
         lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)),
        ("(1 - exp(-2 x)) / (1 + exp(-2 x))", "x is far below 0",
         lambda x: (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))),
    ):  # fmt: skip
        words = f"it computes {formula} as it stands: exp overflows, and infinity over infinity is"
        yield from overflowing(f"{words} NaN where {where}", of, _REMEDY)
    yield one("it computes sinh(x) / cosh(x) as it stands: infinity over infinity is NaN where |x|"
              " is large", lambda x: np.sinh(x) / np.cosh(x), ODD)  # fmt: skip
    yield one("a factor of 2 is missing: it computes tanh(x / 2), that is 2 sigmoid(x) - 1",
              lambda x: np.tanh(x / 2))  # fmt: skip
    yield one("a factor of 2 is too many: it computes tanh(2 x)", lambda x: np.tanh(2 * x))
    yield one("the sign is lost: it computes tanh(|x|)", lambda x: np.tanh(np.abs(x)))
    yield one("the sign is the other way round: it computes tanh(-x)", lambda x: -np.tanh(x))
    yield one("numerator and denominator are exchanged: it computes 1 / tanh(x)",
              lambda x: 1 / np.tanh(x))  # fmt: skip
    yield one("brackets are missing: it computes exp(x) - exp(-x) / (exp(x) + exp(-x))",
              lambda x: np.exp(x) - np.exp(-x) / (np.exp(x) + np.exp(-x)))  # fmt: skip
    yield one("the denominator is missing: it computes (exp(x) - exp(-x)) / 2, which is sinh(x)",
              np.sinh)  # fmt: skip
    yield one("the denominator is missing: it computes exp(x) - exp(-x)",
              lambda x: np.exp(x) - np.exp(-x), KNOWN)  # fmt: skip
    yield one("it computes the hyperbolic cosine, (exp(x) + exp(-x)) / 2", np.cosh, KNOWN)
    yield one("it computes 1 / cosh(x)", lambda x: 1 / np.cosh(x), KNOWN)


def _of_others() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats], Any], rank: int = COMMON) -> Hypothesis:
        return another(words, of, _REMEDY, rank)

    yield one("it returns the derivative, 1 - tanh(x)^2", lambda x: 1 - np.tanh(x) ** 2)
    yield one("it returns 1 - x^2, the derivative's formula for a result, of the numbers"
              " themselves", lambda x: 1 - x * x)  # fmt: skip
    yield one("it computes the tangent, tan(x), not the hyperbolic one", np.tan)
    yield one("it computes the inverse, atanh(x)", np.arctanh, KNOWN)
    yield one("it computes the arctangent, atan(x)", np.arctan)
    yield one("it computes the arctangent, scaled to the range from -1 to 1: 2 / pi * atan(x)",
              lambda x: 2 / np.pi * np.arctan(x), KNOWN)  # fmt: skip
    yield one("it computes 1.7159 tanh(2/3 x), a scaled tanh",
              lambda x: 1.7159 * np.tanh(2 / 3 * x))  # fmt: skip
    yield one("it is shifted into the range from 0 to 1: (1 + tanh(x)) / 2",
              lambda x: (1 + np.tanh(x)) / 2)  # fmt: skip
    yield one("tanh is taken twice", lambda x: np.tanh(np.tanh(x)))
    yield one(
        "2 sigmoid(2 x) is returned: the 1 is not subtracted", lambda x: 1 + np.tanh(x), KNOWN
    )
    yield one("sigmoid(2 x) - 1 is returned: the sigmoid is not doubled",
              lambda x: (np.tanh(x) - 1) / 2, KNOWN)  # fmt: skip
    yield one("sigmoid(x) - 1/2 is returned", lambda x: np.tanh(x / 2) / 2, KNOWN)
    yield one("it is approximated by x (27 + x^2) / (27 + 9 x^2)",
              lambda x: x * (27 + x * x) / (27 + 9 * x * x))  # fmt: skip
    yield one("it is approximated by x (27 + x^2) / (27 + 9 x^2), cut to the range from -1 to 1",
              lambda x: np.clip(x * (27 + x * x) / (27 + 9 * x * x), -1, 1), KNOWN)  # fmt: skip
    yield one("it is approximated by x (15 + x^2) / (15 + 6 x^2)",
              lambda x: x * (15 + x * x) / (15 + 6 * x * x), ODD)  # fmt: skip
    yield one("it is approximated by x / (1 + x^2 / 3)", lambda x: x / (1 + x * x / 3), ODD)
    yield one("it is approximated by x / sqrt(1 + x^2)", lambda x: x / np.sqrt(1 + x * x), KNOWN)
    yield one("it is approximated by a series, x - x^3 / 3", lambda x: x - x**3 / 3, KNOWN)
    yield one("it is approximated by a series, x - x^3 / 3 + 2 x^5 / 15",
              lambda x: x - x**3 / 3 + 2 * x**5 / 15, KNOWN)  # fmt: skip
    yield one("it is the error function, erf(sqrt(pi) / 2 * x)",
              lambda x: _erf(np.sqrt(np.pi) / 2 * x), ODD)  # fmt: skip


SIMULATOR = squashing("x", _DUE, _REMEDY, np.tanh, _own, but=("tanh(x)",))
