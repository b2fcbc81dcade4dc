"""The exact probabilities of rows of logits, how far off they may be, and what is made of them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.exact import bounds_of_softmax_gradients, decimals
from cnnspec.operations.softmax import exact

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Probabilities:
    """The probabilities of one row.

    Attributes
    ----------
    exact : list of Decimal
    nearest : float64
    errors : float64
        How far off each may be, relative to itself.
    """

    exact: list[Decimal]
    nearest: Floats
    errors: Floats


def probabilities(row: Array, dtype: np.dtype[Any]) -> Probabilities:
    """Return those of one row of logits; one at minus infinity is as if it were absent."""
    present = np.flatnonzero(row.astype(np.float64) > -np.inf)
    values = row[present].astype(np.float64)
    known = [Decimal(0)] * len(row)
    for place, one in zip(
        present, exact.softmax([*map(Decimal, row[present].tolist())]), strict=True
    ):
        known[place] = one
    nearest = np.array([float(one) for one in known])
    distances = values.max() - values
    mean = float(nearest[present] @ distances)
    errors = np.zeros(len(row))
    largest = float(np.abs(values).max())
    errors[present] = bounds_of_softmax_gradients.of_probabilities(
        len(values), distances, mean, largest, dtype
    )
    return Probabilities(known, nearest, errors)


#: One row of a gradient: exact, how far off it may be, and what such errors are relative to.
Row = tuple[list[Decimal], Floats, Floats]


def answer_by_rows(find: Callable[..., Row], *arrays: Array) -> Answer:
    """Return the answer that is found row by row: each array has one for each."""
    shape = np.shape(arrays[0])
    rows = [np.reshape(one, (-1, shape[-1])) for one in arrays]
    parts = [find(*row) for row in zip(*rows, strict=True)]
    known = [one for part in parts for one in part[0]]
    high = np.array([float(one) for one in known])
    low = [
        decimals.difference(one, decimals.to_decimal(near))
        for one, near in zip(known, high, strict=True)
    ]
    allowed, magnitude = (
        np.array([part[number] for part in parts]).reshape(shape) for number in (1, 2)
    )
    return Answer(
        high.reshape(shape),
        np.array(low).reshape(shape),
        allowed,
        terms=shape[-1],
        magnitude=magnitude,
    )


def decimals_of(row: Array) -> list[Decimal]:
    """Return the numbers of a row without rounding."""
    return [Decimal(one) for one in row.astype(np.float64).tolist()]
