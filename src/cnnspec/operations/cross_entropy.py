"""The cross-entropy loss of one label."""

from typing import Any

import numpy as np

from cnnspec.exact import arithmetic, bounds
from cnnspec.operations.answer import Answer
from cnnspec.operations.declaration import Arguments, Operation


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    probability = arithmetic.to_decimal(given["probabilities"][given["label"]])
    loss = arithmetic.negative_logarithm(probability)
    high = float(loss)
    return Answer(
        np.array(high),
        np.array(arithmetic.difference(loss, arithmetic.to_decimal(high))),
        np.array(bounds.rule_loss(high, dtype)),
        terms=1,
        magnitude=np.array(abs(high)),
    )


OPERATIONS = (
    Operation(
        name="cross_entropy",
        place=60,
        chapter="LOSS",
        required=("probabilities", "label"),
        answer=_answer,
        has_whole_layers=False,
    ),
)
