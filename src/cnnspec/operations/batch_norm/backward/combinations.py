"""Cases that combine the sizes, numbers and epsilons of a normalisation's gradients."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.combinations import (
    LAYOUTS,
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    finished,
    named,
)
from cnnspec.operations.batch_norm import combinations as forward
from cnnspec.operations.batch_norm.combinations import COMBINATIONS as FORWARD

FACTORS: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, 2, None, 3),
    "maps": (1, 2, 3, 4, 17),
    "sides": ((1, 1), (4, 5), (3, 3), (1, 6), (7, 1)),
    "epsilon": (None, 1e-5, 0.25, 4.0, 1e-2),
    "numbers": ("float64", "float64-real", "float32", "float32-real", "float16-real"),
    "scale": ("each", "ones", "negative", "some-zero", "large"),
    "layout": LAYOUTS[:5],
}


def _combined(row: Row, operation: str) -> Combined:
    """Return the gradient of what is combined of the layer itself; float16 has to hold it."""
    case = FORWARD.make(row).case
    identity = named(operation, row)
    arguments = {name: value for name, value in case.arguments.items() if name != "offset"}
    if arguments["maps"].dtype == np.float16:
        arguments["scale"] = np.clip(arguments["scale"], -4, 4)
    draw = Drawing(identity, row, 1)
    grad = draw.numbers("grad", *arguments["maps"].shape, dtype=draw.data, limit=4)
    given = {"grad": grad, **arguments}
    return finished(replace(case, id=identity, operation=operation, arguments=given), row)


COMBINATIONS = Combinations(FACTORS, 3, ("numbers", "epsilon"), _combined)


def space(operation: str) -> Space:
    """Return the space of one of the gradients: that of the layer."""
    return Space(
        combined=COMBINATIONS, about=(operation,), wider=forward.WIDER, small=forward.SMALL
    )
