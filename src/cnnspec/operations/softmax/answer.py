"""The exact probabilities of a row of logits, and of rows, and the bounds on them."""

from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_probabilities, decimals
from cnnspec.operations.softmax import exact

#: Errors of logits beyond this leave nothing to say of the probabilities.
_TELLING = 100.0


def softmax_row(logits: list[Any], delta: float, dtype: np.dtype[Any]) -> Answer:
    """Bound one row's probabilities whose logits are known up to ``delta``.

    An error of delta in every logit changes a probability by a factor of at most e^(2 delta), and
    a distance between logits by 2 delta; rule S applies to what comes of that.
    """
    exact_probabilities = exact.softmax(logits)
    probabilities = np.array([float(p) for p in exact_probabilities])
    highest = max(logits)
    distances = np.array([decimals.difference(highest, x) for x in logits]) + 2 * delta
    mean = float(probabilities @ distances)
    largest = max(abs(float(highest)), abs(float(min(logits)))) + delta
    allowed = np.full(len(logits), np.inf)
    if delta < _TELLING:
        factor = float(np.exp(2 * delta))
        allowed = np.array(
            [
                bounds_of_probabilities.rule_s(
                    p * factor, len(logits), distance, mean * factor, largest, dtype
                )
                + (factor - 1) * p
                for p, distance in zip(probabilities, distances, strict=True)
            ]
        )
    low = np.array(
        [
            decimals.difference(number, decimals.to_decimal(nearest))
            for number, nearest in zip(exact_probabilities, probabilities, strict=True)
        ]
    )
    return Answer(probabilities, low, allowed, terms=len(logits), magnitude=probabilities)


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return the probabilities of each row, bounded by rule S."""
    logits = np.atleast_1d(given["logits"])
    rows = logits.reshape(-1, logits.shape[-1])
    answers = [softmax_row([decimals.to_decimal(x) for x in row], 0.0, dtype) for row in rows]
    high, low, allowed = (
        np.array([getattr(answer, part) for answer in answers]).reshape(logits.shape)
        for part in ("high", "low", "allowed")
    )
    return Answer(high, low, allowed, terms=logits.shape[-1], magnitude=high)
