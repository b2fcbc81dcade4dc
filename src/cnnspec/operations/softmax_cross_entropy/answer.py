"""The exact losses of rows of logits, their sum and their mean, and the bounds on them."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_probabilities, decimals
from cnnspec.operations.softmax_cross_entropy import exact

Floats = NDArray[np.float64]


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return the loss of each row, bounded by rule L."""
    return _losses(given, dtype, by_differences=False)


def by_differences(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return the same, bounded by how far logits lie apart and not by how large they are."""
    return _losses(given, dtype, by_differences=True)


def _losses(given: Arguments, dtype: np.dtype[Any], *, by_differences: bool) -> Answer:
    logits, labels = np.asarray(given["logits"]), np.asarray(given["label"])
    rows = logits.reshape(-1, logits.shape[-1])
    parts = [
        _of_row(row, int(label), dtype, by_differences=by_differences)
        for row, label in zip(rows, labels.ravel(), strict=True)
    ]
    high, low, allowed = (
        np.array([part[number] for part in parts]).reshape(labels.shape) for number in range(3)
    )
    # A loss near 0 is a difference of numbers near 1: no error is relative to it.
    magnitude = np.maximum(high, 1.0)
    return Answer(high, low, allowed, terms=logits.shape[-1], magnitude=magnitude)


def _of_row(
    row: NDArray[Any], label: int, dtype: np.dtype[Any], *, by_differences: bool
) -> tuple[float, float, float]:
    """Return one loss, high and low, and its bound; minus infinity is as if it were absent."""
    present = row.astype(np.float64) > -np.inf
    values = row[present]
    decimal = [decimals.to_decimal(x) for x in values]
    loss = exact.loss(decimal, int(np.count_nonzero(present[:label])))
    high = float(loss)
    allowed = bounds_of_probabilities.rule_l(
        high,
        len(values),
        _mean_distance(values.astype(np.float64)),
        _moved(values, dtype),
        0.0 if by_differences else float(np.abs(values.astype(np.float64)).max()),
        dtype,
    )
    return high, decimals.difference(loss, decimals.to_decimal(high)), allowed


def _mean_distance(values: Floats) -> float:
    """Return how far logits lie below the largest, weighted by their probabilities."""
    distances = values.max() - values
    powers = np.exp(-distances)
    return float(powers @ distances / powers.sum())


def _moved(values: NDArray[Any], dtype: np.dtype[Any]) -> float:
    """Return how far rounding to a dtype moves a logit at most."""
    with np.errstate(over="ignore"):
        narrow = values.astype(dtype).astype(np.float64)
    return float(np.abs(narrow - values.astype(np.float64)).max())


def total(losses: Answer, dtype: np.dtype[Any]) -> Answer:
    """Return the answer that is the sum of the losses of a batch."""
    return _reduced(losses, dtype, 1)


def mean(losses: Answer, dtype: np.dtype[Any]) -> Answer:
    """Return the answer that is the mean of the losses of a batch."""
    return _reduced(losses, dtype, losses.high.size)


def _reduced(losses: Answer, dtype: np.dtype[Any], divisor: int) -> Answer:
    high = np.array(math.fsum(losses.high) / divisor)
    allowed = np.array(
        bounds_of_probabilities.rule_of_total(losses.high, losses.allowed, dtype) / divisor
    )
    magnitude = np.maximum(high, 1.0)
    return replace(losses, high=high, low=np.zeros(()), allowed=allowed, magnitude=magnitude)
