"""What may be done by mistake in the gradient to the bias."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward import bias_hypotheses as of_convolutions
from cnnspec.operations.conv_transpose2d.backward.slots import GRAD, OF_BIAS, RESULT_BIAS
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import COMMON, Array, Hypothesis

#: Grad, in the slot that it has here.
_GRAD = replace(GRAD, slot="grad")

_ANY_ORDER = (
    gradients.in_another_order("images|rows|columns"),
    gradients.ROWS_FOR_COLUMNS,
    gradients.MAPS_FOR_OTHERS,
)


@cache
def of_bias() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the bias."""
    of_grad = chain(
        gradients.incoming(_GRAD.slot),
        orders.along_axes(_GRAD),
        orders.of_axes(_GRAD, (1, 2, 3)),
        quantities.casts(_GRAD),
    )
    return tuple(
        chain(
            quantities.nothing(RESULT_BIAS),
            gradients.over_examples("parts", "the gradient to the bias", "images"),
            _of_sums(),
            _of_output_paddings(),
            gradients.without(of_grad, *_ANY_ORDER),
            orders.along_axes(RESULT_BIAS),
            quantities.casts(RESULT_BIAS),
            quantities.factors(RESULT_BIAS, _SIZES),
            quantities.normalisations(RESULT_BIAS, {"": (0,)}),
        )
    )


_SIZES: dict[str, Any] = {
    "the number of elements of a map, of all images": lambda known: np.prod(
        known["grads"].shape[:3]
    ),
    "the number of elements of a map": lambda known: np.prod(known["grads"].shape[1:3]),
    "the number of maps": lambda known: known["grads"].shape[3],
    "the number of rows of grad": lambda known: known["grads"].shape[1],
    "the number of columns of grad": lambda known: known["grads"].shape[2],
    "the number of groups": lambda known: known["groups"],
}


def _of_sums() -> Iterator[Hypothesis]:
    """Return what may be done in a convolution's, where grad is all that is summed."""
    for one in of_convolutions.of_sums():
        if "multiplied" not in one.words:
            said = one.words.replace("each filter", "each map").replace("(K, 1)", "(C, 1)")
            yield replace(one, words=said.replace("(1, K)", "(1, C)"), remedy=OF_BIAS)
    yield Hypothesis(
        "result",
        "the maps of a group share one gradient: it is summed over the groups",
        lambda value, known: value.reshape(known["groups"], -1).sum(axis=0),
        OF_BIAS,
    )


def _of_output_paddings() -> Iterator[Hypothesis]:
    def inner(grads: Array, known: Mapping[str, Any]) -> Array:
        rows, columns = known["added"]
        return grads[:, : grads.shape[1] - rows, : grads.shape[2] - columns]

    yield Hypothesis(
        "grad",
        "the rows and columns of output_padding are left out",
        inner,
        "the bias was added there, too: sum all of grad",
        COMMON,
    )
