"""Global average pooling: the mean of every map."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.limits import Kind, filled
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds
from cnnspec.operations.global_avg_pool2d import exact
from cnnspec.operations.global_avg_pool2d.behaviours import asked
from cnnspec.operations.global_avg_pool2d.exhibits import EXHIBIT
from cnnspec.operations.global_avg_pool2d.measurement import MEASUREMENT
from cnnspec.operations.global_avg_pool2d.mended_arguments import mend
from cnnspec.operations.global_avg_pool2d.simulator import SIMULATOR
from cnnspec.operations.global_avg_pool2d.space import of_maps
from cnnspec.operations.global_avg_pool2d.spelling import SPELLING


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_m if accuracy == "normwise" else bounds.rule_d
    found = of_sums(exact.global_avg_pool2d(**given), dtype, rule)
    return replace(found, divisor=found.terms)


def _probes() -> Probes:
    sizes = ((4, 4), (4, 6), (6, 4))
    return {
        3: [{"maps": ramp(*size, 2)} for size in sizes] + [{"maps": ramp(4, 4, 1)}],
        4: [{"maps": ramp(2, *size, 3)} for size in sizes] + [{"maps": ramp(1, 4, 4, 1)}],
    }


def _plain_calls() -> list[Arguments]:
    return [{"maps": filled(4, 6, channels)} for channels in (3, 1)]


_LIMITS = (
    Kind(
        "one-map",
        "one map at a time",
        images.has_several_channels("maps"),
        images.of_channels(("maps",), 2, 3, 4),
    ),
)

OPERATIONS = (
    Operation(
        name="global_avg_pool2d",
        spelling=SPELLING,
        place=33,
        chapter="GLOBAL",
        required=("maps",),
        simulator=SIMULATOR,
        space=of_maps("global_avg_pool2d", "maps"),
        measurement=MEASUREMENT,
        answer=_answer,
        exact=exact.global_avg_pool2d,
        probes=_probes,
        exhibit=EXHIBIT,
        writing=Writing(array="result"),
        behaviours=asked,
        symptoms=Symptoms(
            is_sum=True,
            is_bounded_normwise=True,
            transforms="running sums or tables of sums",
        ),
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank - 2,
            lengths_of_a_result=lambda shape: (*shape[:-3], shape[-1]),
            in_batches=True,
            in_words=images.words_of_ranks,
        ),
        limits=_LIMITS,
        plain_calls=_plain_calls,
        mend=mend,
    ),
)
