"""The poolings: maximum, minimum and mean of windows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, of_sums, selection
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.whole_layers import WholeLayers
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds
from cnnspec.operations.pooling import exact, parameters, spelling
from cnnspec.operations.pooling.adapter_readings import trials
from cnnspec.operations.pooling.article_forms import MAXIMUM
from cnnspec.operations.pooling.behaviours import of_maximum, of_mean, of_minimum
from cnnspec.operations.pooling.combinations import space
from cnnspec.operations.pooling.drawings import PICTURES
from cnnspec.operations.pooling.exhibits import EXHIBIT
from cnnspec.operations.pooling.limits import LIMITS, plain_calls
from cnnspec.operations.pooling.measurement import OF_SUMS
from cnnspec.operations.pooling.mended_arguments import mend
from cnnspec.operations.pooling.simulator import simulated_by
from cnnspec.operations.pooling.starters import LAYER_CLASS
from cnnspec.operations.pooling.symptoms import OF_MEAN, OF_SELECTING


def _selected(select: Callable[..., Any]) -> Callable[[Arguments, np.dtype[Any], str], Answer]:
    def answer(given: Arguments, _dtype: np.dtype[Any], _accuracy: str) -> Answer:
        return selection(select(**given).astype(np.float64))

    return answer


def _mean(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_m if accuracy == "normwise" else bounds.rule_d
    found = of_sums(exact.avg_pool2d(**given), dtype, rule)
    return replace(found, divisor=found.terms)


def _probes() -> Probes:
    sizes = ((4, 4), (4, 6), (6, 4))
    return {
        3: [{"maps": ramp(*size, 2)} for size in sizes] + [{"maps": ramp(4, 4, 1)}],
        4: [{"maps": ramp(2, *size, 2)} for size in sizes] + [{"maps": ramp(1, 4, 4, 1)}],
    }


def _pooling(combine: Callable[..., Any], **own: Any) -> Operation:
    """Return a pooling that combines the elements of a window, and what is its own."""
    return Operation(
        chapter="POOL",
        required=("maps",),
        probes=_probes,
        exhibit=EXHIBIT,
        pictures=PICTURES,
        writing=Writing(maps="pooled"),
        trials=partial(trials, combine),
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank,
            in_batches=True,
            in_words=images.words_of_ranks,
        ),
        limits=LIMITS,
        plain_calls=plain_calls,
        mend=mend,
        simulator=simulated_by(combine),
        whole_layers=WholeLayers(),
        space=space(own["name"]),
        **own,
    )


OPERATIONS = (
    _pooling(
        np.max,
        name="max_pool2d",
        spelling=spelling.MAXIMUM,
        place=30,
        answer=_selected(exact.max_pool2d),
        exact=exact.max_pool2d,
        behaviours=of_maximum,
        options=parameters.OF_SELECTING,
        symptoms=OF_SELECTING,
        forms=MAXIMUM,
        layer_class=LAYER_CLASS,
    ),
    _pooling(
        np.min,
        name="min_pool2d",
        spelling=spelling.MINIMUM,
        place=31,
        answer=_selected(exact.min_pool2d),
        exact=exact.min_pool2d,
        behaviours=of_minimum,
        options=parameters.OF_SELECTING,
        symptoms=OF_SELECTING,
    ),
    _pooling(
        np.mean,
        name="avg_pool2d",
        spelling=spelling.MEAN,
        place=32,
        answer=_mean,
        exact=exact.avg_pool2d,
        behaviours=of_mean,
        options=parameters.OF_MEAN,
        symptoms=OF_MEAN,
        measurement=OF_SUMS,
    ),
)
