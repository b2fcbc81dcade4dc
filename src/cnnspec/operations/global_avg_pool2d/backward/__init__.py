"""The gradient of global average pooling: a part of what comes in for each mean."""

from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, of_sums
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
from cnnspec.operations.global_avg_pool2d.backward import exact
from cnnspec.operations.global_avg_pool2d.backward.behaviours import asked
from cnnspec.operations.global_avg_pool2d.backward.cases import OPERATION, hygiene
from cnnspec.operations.global_avg_pool2d.backward.exhibits import EXHIBIT
from cnnspec.operations.global_avg_pool2d.backward.simulator import SIMULATOR
from cnnspec.operations.global_avg_pool2d.mended_arguments import mend as mend_forward
from cnnspec.operations.global_avg_pool2d.space import of_maps


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return of_sums(exact.global_avg_pool2d_backward(**given), dtype, bounds.rule_d)


def _call(*maps: int) -> dict[str, Any]:
    return {"grad": filled(*maps[:-3], maps[-1]), "maps": ramp(*maps)}


def _probes() -> Probes:
    shapes = ((4, 4, 2), (4, 6, 2), (6, 4, 2), (4, 4, 1))
    return {
        3: [_call(*shape) for shape in shapes],
        4: [_call(2, *shape) for shape in shapes] + [_call(1, 4, 4, 1)],
    }


def _plain_calls() -> list[Arguments]:
    return [_call(4, 6, 3), _call(4, 6, 1)]


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    maps = mend_forward({"maps": given["maps"]})["maps"]
    return {"grad": shaped(given["grad"], *maps.shape[:-3], maps.shape[-1]), "maps": maps}


def _shape_of_maps(given: Arguments) -> Shape:
    return np.shape(given["maps"])


OPERATIONS = (
    Operation(
        name=OPERATION,
        place=133,
        chapter="GLOBALGRAD",
        required=("grad", "maps"),
        computed_of="maps",
        answer=_answer,
        exact=exact.global_avg_pool2d_backward,
        probes=_probes,
        plain_calls=_plain_calls,
        mend=_mend,
        exhibit=EXHIBIT,
        simulator=SIMULATOR,
        space=of_maps(OPERATION, "grad", "maps", of_grad=lambda shape: (*shape[:-3], shape[-1])),
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
            of="global_avg_pool2d",
            to="maps",
            function=OPERATION,
            shape=_shape_of_maps,
            cases=hygiene,
        ),
    ),
)
