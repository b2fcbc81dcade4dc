"""Convolution, as layers have it: cross-correlation under square filters."""

from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.exact import arithmetic, bounds
from cnnspec.operations.conv2d.behaviours import asked
from cnnspec.operations.conv2d.readings import trials
from cnnspec.operations.conv2d.signs import SIGNS, is_outsized


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_f if accuracy == "normwise" else bounds.rule_d
    return of_sums(arithmetic.conv2d(**given), dtype, rule)


def _probes() -> Probes:
    sizes = ((5, 5), (4, 6), (6, 4))
    return {
        2: [{"image": ramp(*size), "filters": ramp(2, 3, 3)} for size in sizes],
        3: [{"image": ramp(*size, 2), "filters": ramp(3, 3, 3, 2)} for size in sizes]
        # Axes that are read in another order are to be judged, not taken for refusals.
        + [{"image": ramp(size, 5, 3), "filters": ramp(3, 3, 3, 3)} for size in (5, 3)],
        4: [{"image": ramp(2, *size, 2), "filters": ramp(3, 3, 3, 2)} for size in sizes]
        + [{"image": ramp(1, 5, 5, 3), "filters": ramp(3, 3, 3, 3)}],
    }


OPERATIONS = (
    Operation(
        name="conv2d",
        place=10,
        chapter="CONV",
        required=("image", "filters"),
        optional=("bias", "stride", "padding"),
        answer=_answer,
        probes=_probes,
        behaviours=asked,
        trials=trials,
        signs=SIGNS,
        is_outsized=is_outsized,
    ),
)
