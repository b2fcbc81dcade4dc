"""The exact gradient of the loss to the probabilities, and its bound."""

from decimal import Decimal
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds_of_softmax_gradients, decimals
from cnnspec.exact.decimals import DECIMAL


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return -1 / p at the label, within 4 roundings, and 0 elsewhere, exactly."""
    probabilities, label = np.asarray(given["probabilities"]), int(given["label"])
    high, low, allowed = (np.zeros(probabilities.shape) for _ in range(3))
    due = DECIMAL.divide(Decimal(-1), decimals.to_decimal(probabilities[label]))
    high[label] = float(due)
    low[label] = decimals.difference(due, decimals.to_decimal(high[label]))
    allowed[label] = bounds_of_softmax_gradients.of_loss(high[label], dtype)
    return Answer(high, low, allowed, terms=1, magnitude=np.abs(high))
