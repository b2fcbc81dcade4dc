"""The poolings: maximum, minimum and mean of square windows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, of_sums, selection
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.exact import arithmetic, bounds
from cnnspec.operations.pooling.behaviours import of_maximum, of_mean, of_minimum
from cnnspec.operations.pooling.readings import trials
from cnnspec.operations.pooling.signs import OF_MEAN, OF_SELECTING


def _selected(select: Callable[..., Any]) -> Callable[[Arguments, np.dtype[Any], str], Answer]:
    def answer(given: Arguments, _dtype: np.dtype[Any], _accuracy: str) -> Answer:
        return selection(select(**given).astype(np.float64))

    return answer


def _mean(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_m if accuracy == "normwise" else bounds.rule_d
    found = of_sums(arithmetic.avg_pool2d(**given), dtype, rule)
    return replace(found, divisor=found.terms)


def _probes() -> Probes:
    sizes = ((4, 4), (4, 6), (6, 4))
    return {
        3: [{"maps": ramp(*size, 2)} for size in sizes] + [{"maps": ramp(4, 4, 1)}],
        4: [{"maps": ramp(2, *size, 2)} for size in sizes] + [{"maps": ramp(1, 4, 4, 1)}],
    }


OPERATIONS = tuple(
    Operation(
        name=name,
        place=place,
        chapter="POOL",
        required=("maps",),
        optional=("size", "stride"),
        answer=answer,
        probes=_probes,
        behaviours=asked,
        trials=partial(trials, combine),
        signs=signs,
    )
    for place, name, answer, asked, combine, signs in (
        (30, "max_pool2d", _selected(arithmetic.max_pool2d), of_maximum, np.max, OF_SELECTING),
        (31, "min_pool2d", _selected(arithmetic.min_pool2d), of_minimum, np.min, OF_SELECTING),
        (32, "avg_pool2d", _mean, of_mean, np.mean, OF_MEAN),
    )
)
