"""The exact logarithms of the probabilities of rows of logits, and the bounds on them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_probabilities, decimals
from cnnspec.operations.log_softmax import exact

Array = NDArray[Any]
Floats = NDArray[np.float64]


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return the logarithms of each row, bounded by rule L without the size of the logits."""
    logits = np.atleast_1d(given["logits"])
    rows = [_of_row(row, dtype) for row in logits.reshape(-1, logits.shape[-1])]
    high, low, allowed = (
        np.array([row[part] for row in rows]).reshape(logits.shape) for part in range(3)
    )
    # One near 0 is a difference of numbers near 1: no error is relative to it.
    magnitude = np.where(np.isfinite(high), np.maximum(np.abs(high), 1.0), 1.0)
    return Answer(high, low, allowed, terms=logits.shape[-1], magnitude=magnitude)


def _of_row(row: Array, dtype: np.dtype[Any]) -> tuple[Floats, Floats, Floats]:
    """Return one row's logarithms, high and low, and their bounds.

    A class at minus infinity has exactly that, and is as if it were absent for the others.
    """
    present = row.astype(np.float64) > -np.inf
    high, low, allowed = np.full(row.shape, -np.inf), np.zeros(row.shape), np.zeros(row.shape)
    values = row[present]
    known = exact.log_softmax([decimals.to_decimal(x) for x in values])
    high[present] = [float(number) for number in known]
    low[present] = [
        decimals.difference(number, decimals.to_decimal(nearest))
        for number, nearest in zip(known, high[present], strict=True)
    ]
    distances = values.max().astype(np.float64) - values.astype(np.float64)
    mean = float(np.exp(high[present]) @ distances)
    with np.errstate(over="ignore"):
        narrow = values.astype(dtype).astype(np.float64)
    moved = float(np.abs(narrow - values.astype(np.float64)).max())
    allowed[present] = [
        bounds_of_probabilities.rule_l(-number, len(values), mean, moved, 0.0, dtype)
        for number in high[present]
    ]
    return high, low, allowed
