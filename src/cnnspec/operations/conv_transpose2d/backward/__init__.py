"""The gradients of a transposed convolution: to its image, its filters and its bias."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import OVER_EXAMPLES, Answer, of_sums
from cnnspec.declaration.case import shaped
from cnnspec.declaration.exhibit import Exhibit
from cnnspec.declaration.operation import Arguments, Gradient, Operation, Probes, Shape, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.exact import bounds
from cnnspec.operations.conv2d.backward.exact import Find
from cnnspec.operations.conv_transpose2d.backward import exact, exhibits
from cnnspec.operations.conv_transpose2d.backward.cases import hygiene
from cnnspec.operations.conv_transpose2d.backward.combinations import space
from cnnspec.operations.conv_transpose2d.backward.drawings import PICTURES
from cnnspec.operations.conv_transpose2d.backward.parameters import (
    LIMITS,
    OPTIONS,
    plain_calls,
    shape_of_maps,
    with_grad,
)
from cnnspec.operations.conv_transpose2d.backward.simulator import TO_BIAS, TO_FILTERS, TO_IMAGE
from cnnspec.operations.conv_transpose2d.geometry import maps_of
from cnnspec.operations.conv_transpose2d.mended_arguments import mend
from cnnspec.simulation.hypothesis import Simulator

#: So many gradients there are, and the first of them stands at this place.
_COUNT, _PLACE = 3, 115


def _probes() -> Probes:
    """Return small calls of images and of batches."""
    sizes = ((3, 3), (2, 4), (4, 2))
    single = [((*size, 2), (2, 3, 3, 3)) for size in sizes]
    batches = [((2, *size, 2), (2, 3, 3, 3)) for size in sizes]
    batches += [((1, 4, 4, 4), (4, 4, 4, 4)), ((5, 3, 2, 3), (3, 3, 3, 2))]
    return {
        rank: [
            with_grad({"image": ramp(*image), "filters": ramp(*filters) - 1})
            for image, filters in shapes
        ]
        for rank, shapes in ((3, single), (4, batches))
    }


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: those of the layer, and a grad of the shape of its maps."""
    grad = given.pop("grad")
    layer = mend(given)
    return {"grad": shaped(grad, *shape_of_maps(layer)), **layer}


def _shape_of(name: str) -> Callable[[Arguments], Shape]:
    return lambda given: np.shape(given[name])


def _shape_of_bias(given: Arguments) -> Shape:
    return (maps_of(given),)


def _gradient(
    place: int,
    to: str,
    find: Find,
    shape: Callable[[Arguments], Shape],
    exhibit: Exhibit,
    simulator: Simulator,
) -> Operation:
    is_of_image = to == "image"

    def answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
        rule = bounds.rule_f if accuracy == "normwise" else bounds.rule_d
        is_batch = np.ndim(given["image"]) == images.BATCH
        examples = len(given["image"]) if is_batch and not is_of_image else 1
        return replace(of_sums(find(**given), dtype, rule), examples=examples)

    name = f"conv_transpose2d_grad_{to}"
    return Operation(
        name=name,
        place=_PLACE + place,
        chapter="TRANSGRAD",
        required=("grad", "image", "filters"),
        options=OPTIONS,
        answer=answer,
        exact=find,
        probes=_probes,
        computed_of="image",
        exhibit=exhibit,
        pictures=PICTURES.get(name, ()),
        simulator=simulator,
        symptoms=Symptoms(
            has_maps=is_of_image,
            is_sum=True,
            is_bounded_normwise=True,
            transforms="FFT or Winograd",
        ),
        axes=Axes(
            in_batches=True,
            batched=("grad",),
            batch_in_result=is_of_image,
            in_words=images.words_of_ranks,
        ),
        limits=LIMITS,
        plain_calls=plain_calls,
        mend=_mend,
        reductions={} if is_of_image else OVER_EXAMPLES,
        space=space(name),
        gradient=Gradient(
            of="conv_transpose2d",
            to=to,
            function="conv_transpose2d_backward",
            place=place,
            count=_COUNT,
            shape=shape,
            cases=partial(hygiene, name),
        ),
    )


OPERATIONS = (
    _gradient(0, "image", exact.grad_image, _shape_of("image"), exhibits.TO_IMAGE, TO_IMAGE),
    _gradient(
        1, "filters", exact.grad_filters, _shape_of("filters"), exhibits.TO_FILTERS, TO_FILTERS
    ),
    _gradient(2, "bias", exact.grad_bias, _shape_of_bias, exhibits.TO_BIAS, TO_BIAS),
)
