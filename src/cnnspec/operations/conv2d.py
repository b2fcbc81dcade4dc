"""Convolution, as layers have it: cross-correlation under square filters."""

from typing import Any

import numpy as np

from cnnspec.exact import arithmetic, bounds
from cnnspec.operations.answer import Answer, of_sums
from cnnspec.operations.declaration import Arguments, Operation


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_f if accuracy == "normwise" else bounds.rule_d
    return of_sums(arithmetic.conv2d(**given), dtype, rule)


OPERATIONS = (
    Operation(
        name="conv2d",
        place=10,
        chapter="CONV",
        required=("image", "filters"),
        optional=("bias", "stride", "padding"),
        answer=_answer,
    ),
)
