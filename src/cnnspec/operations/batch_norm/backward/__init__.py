"""The gradients of batch normalisation: to its maps and its four parameters, in inference."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import OVER_EXAMPLES, Answer
from cnnspec.declaration.case import shaped
from cnnspec.declaration.exhibit import Exhibit
from cnnspec.declaration.limits import filled
from cnnspec.declaration.operation import Arguments, Gradient, Operation, Probes, Shape, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.operations.batch_norm.backward import exact, exhibits, simulator
from cnnspec.operations.batch_norm.backward.cases import hygiene
from cnnspec.operations.batch_norm.backward.combinations import space
from cnnspec.operations.batch_norm.limits import limits_of
from cnnspec.operations.batch_norm.parameters import WITHOUT_EFFECT, options_of
from cnnspec.simulation.hypothesis import Simulator

_PARAMETERS = ("mean", "variance", "scale")


def _probes() -> Probes:
    found: Probes = {3: [], 4: []}
    for shape in ((4, 6, 2), (4, 4, 1), (3, 3, 3), (3, 4, 6, 2), (1, 4, 4, 1)):
        count = shape[-1]
        found[len(shape)].append(
            {
                "grad": ramp(*shape)[::-1] * 2 - 3,
                "maps": ramp(*shape),
                "mean": ramp(count) + 1,
                "variance": ramp(count) + 1,
                "scale": ramp(count) - 4,
            }
        )
    # Epsilon counts in every dtype where variances are small.
    small = {
        name: value / 512 if name == "variance" else value for name, value in found[3][0].items()
    }
    return {3: [small, *found[3]], 4: found[4]}


def _plain_calls() -> list[Arguments]:
    return [
        {
            "grad": filled(4, 6, count) - 3,
            "maps": filled(4, 6, count),
            "mean": np.arange(count) / 2,
            "variance": np.arange(1.0, count + 1),
            "scale": np.arange(2.0, count + 2),
        }
        for count in (3, 1)
    ]


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: the shape of the maps, the same dtypes and options."""
    shape = given["maps"].shape
    given["grad"] = shaped(given["grad"], *shape)
    for name in _PARAMETERS:
        given[name] = shaped(given[name], shape[-1])
    given["variance"] = abs(given["variance"])
    return given


def _shape_of_maps(given: Arguments) -> Shape:
    return np.shape(given["maps"])


def _shape_of_parameter(given: Arguments) -> Shape:
    return np.shape(given["maps"])[-1:]


def _gradient(
    place: int,
    to: str,
    find: Callable[[Arguments, np.dtype[Any]], Answer],
    exhibit: Exhibit,
    simulated: Simulator,
) -> Operation:
    def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
        return find(given, dtype)

    name = f"batch_norm_grad_{to}"
    is_of_maps = to == "maps"
    return Operation(
        name=name,
        place=128,
        chapter="NORMGRAD",
        required=("grad", "maps", *_PARAMETERS),
        computed_of="maps",
        options=WITHOUT_EFFECT if to == "offset" else options_of(find),
        answer=answer,
        probes=_probes,
        plain_calls=_plain_calls,
        exhibit=exhibit,
        simulator=simulated,
        space=space(name),
        symptoms=Symptoms(is_sum=not is_of_maps),
        axes=Axes(
            of_a_batch=images.BATCH,
            in_batches=True,
            batched=("grad",),
            batch_in_result=is_of_maps,
            in_words=images.words_of_ranks,
        ),
        limits=limits_of(("grad", "maps", *_PARAMETERS))[to == "offset" :],
        mend=_mend,
        reductions={} if is_of_maps else OVER_EXAMPLES,
        gradient=Gradient(
            of="batch_norm",
            to=to,
            function="batch_norm_backward",
            place=place,
            count=5,
            shape=_shape_of_maps if is_of_maps else _shape_of_parameter,
            cases=partial(hygiene, name, has_epsilon=to != "offset"),
            is_rare=to in ("mean", "variance"),
        ),
    )


OPERATIONS = (
    _gradient(0, "maps", exact.to_maps, exhibits.TO_MAPS, simulator.TO_MAPS),
    _gradient(1, "mean", exact.to_mean, exhibits.TO_MEAN, simulator.TO_MEAN),
    _gradient(2, "variance", exact.to_variance, exhibits.TO_VARIANCE, simulator.TO_VARIANCE),
    _gradient(3, "scale", exact.to_scale, exhibits.TO_SCALE, simulator.TO_SCALE),
    _gradient(4, "offset", exact.to_offset, exhibits.TO_OFFSET, simulator.TO_OFFSET),
)
