"""The exact gradient of a log-softmax, in decimal numbers, and its bound."""

from decimal import Decimal
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_softmax_gradients
from cnnspec.exact.decimals import DECIMAL
from cnnspec.operations.softmax.backward.rows import (
    Array,
    Row,
    answer_by_rows,
    decimals_of,
    probabilities,
)


def gradient(p: list[Decimal], grad: list[Decimal]) -> list[Decimal]:
    """Return g - p sum g of one row, right in more than 40 digits."""
    total = Decimal(0)
    for incoming in grad:
        total = DECIMAL.add(total, incoming)
    return [
        DECIMAL.subtract(incoming, DECIMAL.multiply(one, total))
        for one, incoming in zip(p, grad, strict=True)
    ]


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return the gradient to the logits of each row, bounded as a log-softmax's gradient is."""

    def of_row(grad: Array, logits: Array) -> Row:
        p, size = probabilities(logits, dtype), np.abs(grad.astype(np.float64))
        return (
            gradient(p.exact, decimals_of(grad)),
            bounds_of_softmax_gradients.of_log_softmax(p.nearest, p.errors, size, dtype),
            size + p.nearest * float(size.sum()),
        )

    return answer_by_rows(of_row, np.asarray(given["grad"]), np.asarray(given["logits"]))
