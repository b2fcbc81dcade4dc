"""Flattening: the numbers of maps as one vector."""

from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, selection
from cnnspec.declaration.limits import filled
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.flatten import exact
from cnnspec.operations.flatten.behaviours import asked
from cnnspec.operations.flatten.drawings import PICTURES
from cnnspec.operations.flatten.exhibits import EXHIBIT
from cnnspec.operations.flatten.simulator import SIMULATOR
from cnnspec.operations.flatten.spelling import SPELLING
from cnnspec.operations.global_avg_pool2d.space import of_maps


def _answer(given: Arguments, _dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return selection(exact.flatten(np.asarray(given["maps"], np.float64)))


def _probes() -> Probes:
    shapes = ((4, 6, 2), (3, 3, 3), (4, 4, 1), (2, 4, 6, 2), (3, 3, 3, 3), (1, 4, 4, 1))
    found: Probes = {3: [], 4: []}
    for shape in shapes:
        found[len(shape)].append({"maps": ramp(*shape)})
    return found


def _plain_calls() -> list[Arguments]:
    return [{"maps": filled(4, 6, channels)} for channels in (3, 1)]


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    shape = tuple(max(size, 1) for size in given["maps"].shape)
    return {**given, "maps": np.ones(shape, given["maps"].dtype)}


OPERATIONS = (
    Operation(
        name="flatten",
        spelling=SPELLING,
        place=36,
        chapter="FLATTEN",
        required=("maps",),
        simulator=SIMULATOR,
        space=of_maps("flatten", "maps"),
        answer=_answer,
        probes=_probes,
        exhibit=EXHIBIT,
        pictures=PICTURES,
        behaviours=asked,
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank - 2,
            in_batches=True,
            in_words=images.words_of_ranks,
        ),
        plain_calls=_plain_calls,
        mend=_mend,
    ),
)
