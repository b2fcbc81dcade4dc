"""What may be done by mistake in the gradient to the filters."""

from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward import filter_hypotheses as of_convolutions
from cnnspec.operations.conv_transpose2d.backward.layer_hypotheses import of_options
from cnnspec.operations.conv_transpose2d.backward.slots import (
    GRAD,
    IMAGE,
    OF_FILTERS,
    RESULT_FILTERS,
    SQUARE,
)
from cnnspec.operations.conv_transpose2d.backward.words import exchanged
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import Hypothesis


@cache
def of_filters() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the filters."""
    return tuple(
        chain(
            quantities.nothing(RESULT_FILTERS),
            gradients.over_examples("parts", "the gradient to the filters", "images"),
            exchanged(of_convolutions.of_results(), OF_FILTERS),
            exchanged(of_convolutions.of_sums(), OF_FILTERS),
            exchanged(of_convolutions.of_channels(), OF_FILTERS),
            of_options(OF_FILTERS, "banks"),
            gradients.incoming(GRAD.slot),
            orders.along_axes(GRAD),
            orders.of_axes(GRAD, (1, 2, 3)),
            quantities.casts(GRAD),
            quantities.factors(GRAD, {}),
            orders.along_axes(IMAGE),
            orders.of_axes(IMAGE, (1, 2, 3)),
            quantities.casts(IMAGE),
            orders.along_axes(RESULT_FILTERS),
            gradients.without(orders.of_axes(RESULT_FILTERS), SQUARE),
            quantities.casts(RESULT_FILTERS),
            quantities.of_both("operands", "grad and image"),
            quantities.factors(RESULT_FILTERS, _SIZES),
            quantities.normalisations(
                RESULT_FILTERS, {"": (0, 1, 2, 3), "of each filter": (1, 2, 3)}
            ),
        )
    )


_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of filters": lambda known: len(known["layer"].kernels),
    "the number of maps": lambda known: known["layer"].images.shape[3],
    "the number of weights f * f": lambda known: np.prod(known["layer"].kernels.shape[1:3]),
    "the number of pixels": lambda known: np.prod(known["layer"].windows.shape[1:3]),
    "the number of pixels of all images": lambda known: np.prod(known["layer"].windows.shape[:3]),
    "the number of elements of a map": lambda known: np.prod(known["layer"].lengths),
    "stride * stride": lambda known: np.prod(known["layer"].strides),
}
