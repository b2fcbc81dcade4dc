"""The dense layer: weighted sums of all inputs, and a bias."""

import math
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.limits import filled
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.exact import bounds
from cnnspec.operations.dense import exact
from cnnspec.operations.dense.adapter_readings import trials
from cnnspec.operations.dense.behaviours import asked
from cnnspec.operations.dense.combinations import SPACE
from cnnspec.operations.dense.drawings import PICTURES
from cnnspec.operations.dense.exhibits import EXHIBIT
from cnnspec.operations.dense.measurement import MEASUREMENT
from cnnspec.operations.dense.mended_arguments import mend
from cnnspec.operations.dense.rows import OPERATION as OF_ROWS
from cnnspec.operations.dense.simulator import SIMULATOR
from cnnspec.operations.dense.spelling import SPELLING
from cnnspec.operations.dense.whole_layers import WHOLE_LAYERS


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return of_sums(exact.dense(**given), dtype, bounds.rule_d)


def probes() -> Probes:
    """Return small calls of a layer with weights and a bias.

    A single input too: what answers only that is to be judged, not called wrongly.
    """
    found: Probes = {1: [], 2: [], 3: []}
    for shape in ((12,), (1,), (3, 4), (2, 3, 2)):
        weights = ramp(math.prod(shape), 2)
        found[len(shape)].append({"x": ramp(*shape), "weights": weights, "bias": ramp(2)})
    return found


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch, of the shapes that layers have in networks."""
    shared = {"weights": filled(12, 2), "bias": filled(2)}
    return [{"x": filled(*shape), **shared} for shape in ((3, 4), (12,))]


OPERATIONS = (
    Operation(
        name="dense",
        spelling=SPELLING,
        place=40,
        chapter="DENSE",
        required=("x", "weights", "bias"),
        simulator=SIMULATOR,
        space=SPACE,
        measurement=MEASUREMENT,
        answer=_answer,
        exact=exact.dense,
        probes=probes,
        exhibit=EXHIBIT,
        pictures=PICTURES,
        behaviours=asked,
        trials=trials,
        symptoms=Symptoms(is_sum=True),
        axes=Axes(flattens=True, of_one_row=1),
        plain_calls=plain_calls,
        mend=mend,
        whole_layers=WHOLE_LAYERS,
    ),
    OF_ROWS,
)
