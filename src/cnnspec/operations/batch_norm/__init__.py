"""Batch normalisation, as it is computed in inference."""

from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.writing import Writing
from cnnspec.operations.batch_norm import exact
from cnnspec.operations.batch_norm.behaviours import asked
from cnnspec.operations.batch_norm.combinations import SPACE
from cnnspec.operations.batch_norm.drawings import PICTURES
from cnnspec.operations.batch_norm.exhibits import EXHIBIT
from cnnspec.operations.batch_norm.limits import LIMITS, plain_calls
from cnnspec.operations.batch_norm.measurement import MEASUREMENT
from cnnspec.operations.batch_norm.mended_arguments import mend
from cnnspec.operations.batch_norm.parameters import OPTIONS
from cnnspec.operations.batch_norm.simulator import SIMULATOR
from cnnspec.operations.batch_norm.spelling import SPELLING


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return exact.batch_norm(**given, dtype=dtype)


def _probes() -> Probes:
    found: Probes = {3: [], 4: []}
    for shape in ((4, 6, 2), (4, 4, 1), (3, 3, 3), (2, 4, 6, 2), (1, 4, 4, 1)):
        count = shape[-1]
        found[len(shape)].append(
            {
                "maps": ramp(*shape),
                "mean": ramp(count),
                "variance": ramp(count) + 1,
                "scale": ramp(count) - 4,
                "offset": ramp(count) + 5,
            }
        )
    # Epsilon counts in every dtype where variances are small.
    small = {
        name: value / 512 if name == "variance" else value for name, value in found[3][0].items()
    }
    return {3: [small, *found[3]], 4: found[4]}


OPERATIONS = (
    Operation(
        name="batch_norm",
        spelling=SPELLING,
        place=28,
        chapter="NORM",
        required=("maps", "mean", "variance", "scale", "offset"),
        options=OPTIONS,
        simulator=SIMULATOR,
        space=SPACE,
        measurement=MEASUREMENT,
        answer=_answer,
        probes=_probes,
        exhibit=EXHIBIT,
        pictures=PICTURES,
        writing=Writing(maps="normalised"),
        behaviours=asked,
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank,
            in_batches=True,
            in_words=images.words_of_ranks,
        ),
        limits=LIMITS,
        plain_calls=plain_calls,
        mend=mend,
    ),
)
