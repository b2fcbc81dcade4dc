"""How whole layers of real networks are judged: what sums of many products must come to.

Whole numbers are exact: all products and partial sums are integers no larger than the sum of the
absolute products and the absolute bias. That is at most 2^24 here, of which `whole` makes sure, so
that neither float64 nor float32 rounds any of them, in whatever order they are added, and with
fused multiply-add. The answer may therefore be worked out by plain matrix products, and must be
met to the last bit.

Of real numbers the exact oracle (an `exact.py` of a room) computes single elements, the corners
among them, with the bound that holds for small cases as well. All others are compared with the same
matrix products, whose own rounding in float64 has a bound, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case, reals
from cnnspec.exact import bounds
from cnnspec.exact.sums import Exact

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Indices into a result, to be broadcast.
Places = tuple[NDArray[np.int64], ...]

#: No partial sum of whole numbers may be larger: float32 has 24 bits.
LARGEST_SUM = 2.0**24


@dataclass(frozen=True, kw_only=True)
class Sums:
    """How the sums of a layer are worked out.

    Attributes
    ----------
    compute : callable
        Returns them in float64, as products of matrices, from the arguments of a call.
    look : callable
        Returns some places of the result, and the exact elements there.
    terms : callable
        Returns the number of products in one sum.
    """

    compute: Callable[..., Floats]
    look: Callable[[Case], tuple[Places, Exact]]
    terms: Callable[[Mapping[str, Any]], int]


#: Draws an array from its seed and its shape.
Draw = Callable[[str, tuple[int, ...]], Array]


@dataclass(frozen=True, kw_only=True)
class WholeLayers:
    """How the whole layers of an operation are judged.

    Attributes
    ----------
    sums : Sums or None
        ``None``: the answer is that of any other case.
    answer : callable or None
        Returns what a call must return, as a result of a dtype, where that takes a way of its own.
    draw : callable or None
        Draws an array where its numbers are special, from what draws any others.
    is_judged_normwise : bool
        Whether implementations are judged whose errors are spread over the result.
    """

    sums: Sums | None = None
    answer: Callable[[Case, np.dtype[Any]], Answer] | None = None
    draw: Callable[[Draw, str, tuple[int, ...]], Array] | None = None
    is_judged_normwise: bool = True


def whole(sums: Sums, case: Case) -> Answer:
    """Return the exact sums of a layer of whole numbers."""
    largest = float(sums.compute(**_without_signs(case.arguments)).max())
    if largest > LARGEST_SUM:
        raise ValueError(f"partial sums may be as large as {largest:g}, and rounded")
    high = sums.compute(**case.arguments)
    none = np.broadcast_to(0.0, high.shape)
    return Answer(high, none, none)


def real(sums: Sums, case: Case, dtype: np.dtype[Any]) -> Answer:
    """Return the sums of a layer of real numbers: some exactly, the others as products in float64.

    Those are off by no more than rule D allows in float64, by which their bounds are wider.
    """
    arrays = [value for value in case.arguments.values() if isinstance(value, np.ndarray)]
    coarsest = bounds.coarsest(dtype, *(array.dtype for array in arrays))
    high = sums.compute(**case.arguments)
    zero = np.zeros_like(high)
    magnitude = sums.compute(**_without_signs(case.arguments))
    terms = sums.terms(case.arguments)
    nearly = Exact(high, zero, magnitude, zero + np.inf, terms, zero, zero)
    allowed = bounds.rule_d(nearly, coarsest) + bounds.rule_d(nearly, np.dtype(np.float64))
    places, found = sums.look(case)
    shape = np.broadcast_shapes(*(axis.shape for axis in places))
    high[places], zero[places] = found.high.reshape(shape), found.low.reshape(shape)
    allowed[places] = bounds.rule_d(found, coarsest).reshape(shape)
    return Answer(high, zero, allowed)


def _without_signs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: np.abs(value) if isinstance(value, np.ndarray) else value
        for name, value in arguments.items()
    }


def some_of(seed: str, sizes: tuple[int, ...], count: int) -> Places:
    """Return the indices of all corners, and of other places up to a count."""
    corners = np.indices((2,) * len(sizes)).reshape(len(sizes), -1).T * (np.array(sizes) - 1)
    others = reals(seed, count - len(corners), len(sizes), spread="uniform") * sizes
    return tuple(np.concatenate([corners, others.astype(np.int64)]).T)
