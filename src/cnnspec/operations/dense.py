"""The dense layer: weighted sums of all inputs, and a bias."""

from typing import Any

import numpy as np

from cnnspec.exact import arithmetic, bounds
from cnnspec.operations.answer import Answer, of_sums
from cnnspec.operations.declaration import Arguments, Operation


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return of_sums(arithmetic.dense(**given), dtype, bounds.rule_d)


OPERATIONS = (
    Operation(
        name="dense",
        place=40,
        chapter="DENSE",
        required=("x", "weights", "bias"),
        answer=_answer,
    ),
)
