"""The gradients of a convolution: to its image, its filters and its bias."""

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
from cnnspec.declaration.symptoms import Symptoms, none, squared
from cnnspec.exact import bounds
from cnnspec.operations.conv2d.backward import exact, exhibits
from cnnspec.operations.conv2d.backward.cases import hygiene
from cnnspec.operations.conv2d.backward.cells import cells_of
from cnnspec.operations.conv2d.backward.combinations import space
from cnnspec.operations.conv2d.backward.drawings import PICTURES
from cnnspec.operations.conv2d.backward.exact import Find
from cnnspec.operations.conv2d.backward.parameters import (
    LIMITS,
    OPTIONS,
    plain_calls,
    shape_of_maps,
    with_grad,
)
from cnnspec.operations.conv2d.backward.simulator import TO_BIAS, TO_FILTERS, TO_IMAGE
from cnnspec.operations.conv2d.mended_arguments import mend
from cnnspec.simulation.hypothesis import Simulator

#: So many gradients there are, and the first of them stands at this place.
_COUNT, _PLACE = 3, 110


def _probes() -> Probes:
    """Return small calls of gray images, of coloured ones, and of batches."""
    sizes = ((5, 5), (4, 6), (6, 4))
    gray = [((*size,), (2, 3, 3)) for size in sizes]
    colour = [((*size, 2), (3, 3, 3, 2)) for size in sizes] + [((5, 6, 1), (2, 3, 3, 1))]
    batches = [((2, *size, 2), (3, 3, 3, 2)) for size in sizes]
    batches += [((1, 5, 5, 3), (3, 3, 3, 3)), ((5, 6, 4, 3), (2, 3, 3, 3))]
    return {
        rank: [
            with_grad({"image": ramp(*image), "filters": ramp(*filters) - 1})
            for image, filters in shapes
        ]
        for rank, shapes in ((2, gray), (3, colour), (4, batches))
    }


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: those of the layer, and a grad of the shape of its maps."""
    grad = given.pop("grad")
    layer = mend(given)
    return {"grad": shaped(grad, *shape_of_maps(layer)), **layer}


def _shape_of_image(given: Arguments) -> Shape:
    return np.shape(given["image"])


def _shape_of_filters(given: Arguments) -> Shape:
    return np.shape(given["filters"])


def _shape_of_bias(given: Arguments) -> Shape:
    return np.shape(given["filters"])[:1]


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

    name = f"conv2d_grad_{to}"
    return Operation(
        name=name,
        place=_PLACE + place,
        chapter="CONVGRAD",
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
            mistaken_shapes=squared("image") if is_of_image else none,
        ),
        axes=Axes(
            in_batches=True,
            batched=("grad",),
            batch_in_result=is_of_image,
            without_channels=("image", "filters"),
            channels_in_result=to != "bias",
            in_words=images.words_of_ranks,
        ),
        limits=LIMITS,
        cells=cells_of(find),
        plain_calls=plain_calls,
        mend=_mend,
        reductions={} if is_of_image else OVER_EXAMPLES,
        space=space(name),
        gradient=Gradient(
            of="conv2d",
            to=to,
            function="conv2d_backward",
            place=place,
            count=_COUNT,
            shape=shape,
            cases=partial(hygiene, name),
        ),
    )


OPERATIONS = (
    _gradient(0, "image", exact.grad_image, _shape_of_image, exhibits.TO_IMAGE, TO_IMAGE),
    _gradient(1, "filters", exact.grad_filters, _shape_of_filters, exhibits.TO_FILTERS, TO_FILTERS),
    _gradient(2, "bias", exact.grad_bias, _shape_of_bias, exhibits.TO_BIAS, TO_BIAS),
)
