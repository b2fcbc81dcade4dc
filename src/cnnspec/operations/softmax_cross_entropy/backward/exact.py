"""The exact gradient of the loss of logits, in decimal numbers, and of the mean over a batch."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_softmax_gradients
from cnnspec.exact.decimals import DECIMAL
from cnnspec.operations.softmax.backward.rows import Array, Row, answer_by_rows, probabilities


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return p - y of each row, which is the gradient of its own loss, and of the sum of all."""
    logits, labels = np.asarray(given["logits"]), np.asarray(given["label"])
    onehot = np.arange(logits.shape[-1]) == labels[..., np.newaxis]

    def of_row(row: Array, due: Array) -> Row:
        p = probabilities(row, dtype)
        known = [
            DECIMAL.subtract(one, Decimal(int(is_label)))
            for one, is_label in zip(p.exact, due.tolist(), strict=True)
        ]
        near = np.array([float(one) for one in known])
        allowed = bounds_of_softmax_gradients.of_loss_of_logits(p.nearest, p.errors, near, dtype)
        return known, allowed, np.maximum(p.nearest, np.abs(near))

    found = answer_by_rows(of_row, logits, onehot)
    return replace(found, examples=len(logits) if logits.ndim > 1 else 1)


def of_mean(found: Answer, dtype: np.dtype[Any]) -> Answer:
    """Return the answer of code whose loss is the mean over a batch: divided by its rows."""
    count = found.examples
    exact = [
        (Fraction(float(high)) + Fraction(float(low))) / count
        for high, low in zip(found.high.flat, found.low.flat, strict=True)
    ]
    high = np.array([float(one) for one in exact]).reshape(found.high.shape)
    rest = [float(one - Fraction(near)) for one, near in zip(exact, high.flat, strict=True)]
    allowed = bounds_of_softmax_gradients.of_mean(found.high, found.allowed, count, dtype)
    magnitude = None if found.magnitude is None else found.magnitude / count
    return replace(
        found,
        high=high,
        low=np.array(rest).reshape(high.shape),
        allowed=allowed,
        magnitude=magnitude,
    )
