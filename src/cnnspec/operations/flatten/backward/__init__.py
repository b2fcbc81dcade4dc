"""The gradient of flattening: what comes in, in the shape of the maps."""

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, selection
from cnnspec.declaration.case import shaped
from cnnspec.declaration.limits import filled
from cnnspec.declaration.operation import (
    Arguments,
    Gradient,
    Operation,
    Probes,
    Shape,
    ramp,
)
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.exact import bounds
from cnnspec.operations.flatten.backward import exact
from cnnspec.operations.flatten.backward.behaviours import asked
from cnnspec.operations.flatten.backward.cases import OPERATION, hygiene
from cnnspec.operations.flatten.backward.exhibits import EXHIBIT
from cnnspec.operations.flatten.backward.simulator import SIMULATOR
from cnnspec.operations.global_avg_pool2d.space import of_maps


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    grad = np.asarray(given["grad"])
    found = selection(exact.flatten_backward(grad.astype(np.float64), given["maps"]))
    if bounds.coarsest(dtype, grad.dtype) == grad.dtype:
        return found
    # An implementation may narrow what it is given to the coarser of two dtypes, or may not.
    return replace(found, allowed=bounds.rule_of_narrowing(found.high, dtype))


def _call(*maps: int) -> dict[str, Any]:
    return {"grad": filled(*maps[:-3], int(np.prod(maps[-3:]))), "maps": ramp(*maps)}


def _probes() -> Probes:
    shapes = ((4, 6, 2), (3, 3, 3), (4, 4, 1))
    return {
        3: [_call(*shape) for shape in shapes],
        4: [_call(2, 4, 6, 2), _call(3, 3, 3, 3), _call(1, 4, 4, 1)],
    }


def _plain_calls() -> list[Arguments]:
    return [_call(4, 6, 3), _call(4, 6, 1)]


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    shape = tuple(max(size, 1) for size in given["maps"].shape)
    maps = shaped(given["maps"], *shape)
    return {"grad": shaped(given["grad"], *shape[:-3], int(np.prod(shape[-3:]))), "maps": maps}


def _shape_of_maps(given: Arguments) -> Shape:
    return np.shape(given["maps"])


OPERATIONS = (
    Operation(
        name=OPERATION,
        place=136,
        chapter="FLATTENGRAD",
        required=("grad", "maps"),
        computed_of="maps",
        answer=_answer,
        probes=_probes,
        plain_calls=_plain_calls,
        mend=_mend,
        exhibit=EXHIBIT,
        simulator=SIMULATOR,
        space=of_maps(
            OPERATION, "grad", "maps", of_grad=lambda shape: (*shape[:-3], prod(shape[-3:]))
        ),
        symptoms=Symptoms(has_maps=True),
        behaviours=asked,
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank,
            in_batches=True,
            batched=("grad",),
            in_words=images.words_of_ranks,
        ),
        gradient=Gradient(
            of="flatten",
            to="maps",
            function=OPERATION,
            shape=_shape_of_maps,
            cases=hygiene,
        ),
    ),
)
