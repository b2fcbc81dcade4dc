"""What an operation must return, and how far off it may be."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact import bounds
from cnnspec.exact.sums import Exact

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """The exact answer high + low of a call, and the bound on the error of each element.

    Attributes
    ----------
    high, low, allowed : float64, the shape of the result
    selects : bool
        Whether the answer selects one of the inputs: a result must equal it, rounded to the dtype
        of the result.
    terms : int
        The number of products in one output, or of logits in a row; 0 where nothing is summed.
    magnitude : float64 or None
        What errors are relative to: the sum of the absolute products, or the probability.
    unrounded : float64 or None
        What was selected, before it was rounded to the dtype of a result.
    divisor : int
        By what sums are divided at the end, and are larger before.
    examples : int
        Over how many examples of a batch the elements are summed.
    between : float64 or None
        Half of the interval in which every number is right, where there are such intervals.
    """

    high: Floats
    low: Floats
    allowed: Floats
    selects: bool = False
    terms: int = 0
    magnitude: Floats | None = None
    unrounded: Floats | None = None
    divisor: int = 1
    examples: int = 1
    between: Floats | None = None

    def for_result(self, dtype: np.dtype[Any]) -> "Answer":
        """Return the answer as it must be met by a result of this dtype."""
        answer = self
        if self.selects:
            rounded = _rounded(self.high, dtype)
            answer = replace(self, high=rounded, low=np.zeros_like(rounded), unrounded=self.high)
        if dtype.kind in "iub":  # an integer result must be exact, or lie in its interval
            exact = np.zeros_like(answer.allowed) if self.between is None else self.between
            answer = replace(answer, allowed=exact)
        return answer


def errors_of(got: Array, answer: Answer) -> Floats:
    """Return |got - exact|; NaN and infinities that are not expected are infinitely wrong."""
    values = got.astype(np.float64)
    is_met = values == answer.high
    if np.all(is_met) and not np.any(answer.low):  # as most are, and this is the shorter way
        return np.zeros(np.shape(is_met))
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs((values - answer.high) - answer.low)
    error = np.where(is_met, np.abs(answer.low), error)
    return np.where(np.isnan(error), np.inf, error)


def selection(expected: Array) -> Answer:
    """Return the answer of an operation that selects, element by element."""
    return Answer(expected, np.zeros(expected.shape), np.zeros(expected.shape), selects=True)


def of_sums(found: Exact, dtype: np.dtype[Any], rule: bounds.SumRule) -> Answer:
    """Return the answer of an operation that sums products, bounded by a rule."""
    allowed = rule(found, dtype)
    return Answer(found.high, found.low, allowed, terms=found.terms, magnitude=found.magnitude)


def _rounded(values: Floats, dtype: np.dtype[Any]) -> Floats:
    if dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        return values.astype(dtype).astype(np.float64)


def mean_over_examples(summed: Answer, dtype: np.dtype[Any]) -> Answer:
    """Return the answer of code that divides a sum over a batch by the number of its examples."""
    count = summed.examples
    exact = [
        (Fraction(float(high)) + Fraction(float(low))) / count
        for high, low in zip(summed.high.flat, summed.low.flat, strict=True)
    ]
    high = np.array([float(one) for one in exact]).reshape(summed.high.shape)
    rest = [float(one - Fraction(near)) for one, near in zip(exact, high.flat, strict=True)]
    allowed = bounds.rule_of_mean(summed.allowed, summed.magnitude, summed.terms, count, dtype)
    return replace(
        summed, high=high, low=np.array(rest).reshape(high.shape), allowed=allowed, divisor=count
    )


#: How the gradients to parameters may be reduced, apart from being summed.
OVER_EXAMPLES = {"mean": mean_over_examples}
