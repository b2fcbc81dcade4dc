"""The gradients of the poolings: of maximum, minimum and mean."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.operation import Arguments, Gradient, Operation, Shape
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms, squared
from cnnspec.exact import bounds
from cnnspec.operations.pooling import parameters
from cnnspec.operations.pooling.backward import calls, exact, exhibits
from cnnspec.operations.pooling.backward.behaviours import of_mean, of_selecting
from cnnspec.operations.pooling.backward.cases import hygiene
from cnnspec.operations.pooling.backward.combinations import space
from cnnspec.operations.pooling.backward.drawings import PICTURES
from cnnspec.operations.pooling.backward.simulator import simulated_by


def _selected(*, largest: bool) -> Callable[[Arguments, np.dtype[Any], str], Answer]:
    def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
        chosen = exact.chosen(dtype=dtype, largest=largest, **given)
        found = of_sums(chosen.found, dtype, bounds.rule_d)
        if not chosen.magnitude.any():
            return found
        high = found.high + (chosen.low + chosen.high) / 2
        spread = chosen.high - chosen.low
        # What rounding moves what is due otherwise by is part of the bound where anything is tied.
        magnitude = np.where(chosen.magnitude > 0, chosen.magnitude + chosen.found.magnitude, 0.0)
        allowed = bounds.rule_of_ties(found.allowed, magnitude, spread, found.terms, dtype)
        # Without a magnitude: how far off a result is tells nothing where any part may go anywhere.
        return Answer(high, found.low, allowed, terms=found.terms, between=spread / 2)

    return answer


def _mean(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_m if accuracy == "normwise" else bounds.rule_d
    return of_sums(exact.avg_pool2d_backward(**given), dtype, rule)


def _shape_of_maps(given: Arguments) -> Shape:
    return np.shape(given["maps"])


def _gradient(of: str, **own: Any) -> Operation:
    """Return the gradient of a pooling, and what is its own."""
    name = f"{of}_backward"
    return Operation(
        name=name,
        chapter="POOLGRAD",
        required=("grad", "maps"),
        computed_of="maps",
        probes=calls.probes,
        plain_calls=calls.plain_calls,
        limits=calls.LIMITS,
        mend=calls.mend,
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank,
            in_batches=True,
            batched=("grad",),
            in_words=images.words_of_ranks,
        ),
        space=space(name),
        gradient=Gradient(
            of=of,
            to="maps",
            function=name,
            shape=_shape_of_maps,
            cases=partial(hygiene, name),
        ),
        **own,
    )


OPERATIONS = (
    _gradient(
        "max_pool2d",
        place=130,
        answer=_selected(largest=True),
        options=calls.options_of(parameters.OF_SELECTING),
        exhibit=exhibits.OF_MAXIMUM,
        simulator=simulated_by(np.max),
        symptoms=Symptoms(has_maps=True, mistaken_shapes=squared("maps")),
        behaviours=partial(of_selecting, "max_pool2d_backward", np.max),
        pictures=PICTURES,
    ),
    _gradient(
        "min_pool2d",
        place=131,
        answer=_selected(largest=False),
        options=calls.options_of(parameters.OF_SELECTING),
        exhibit=exhibits.OF_MINIMUM,
        simulator=simulated_by(np.min),
        symptoms=Symptoms(has_maps=True, mistaken_shapes=squared("maps")),
        behaviours=partial(of_selecting, "min_pool2d_backward", np.min),
    ),
    _gradient(
        "avg_pool2d",
        place=132,
        answer=_mean,
        exact=exact.avg_pool2d_backward,
        options=calls.options_of(parameters.OF_MEAN),
        exhibit=exhibits.OF_MEAN,
        simulator=simulated_by(np.mean),
        symptoms=Symptoms(
            has_maps=True,
            is_sum=True,
            is_bounded_normwise=True,
            transforms="running sums or tables of sums",
            mistaken_shapes=squared("maps"),
        ),
        behaviours=of_mean,
    ),
)
