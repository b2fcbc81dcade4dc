"""Cases that combine the sizes and numbers of dense layers."""

from functools import cache
from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    LAYOUTS,
    Combined,
    Drawing,
    Groups,
    Row,
    covering,
    finished,
    grouped,
    named,
)

DENSE: dict[str, tuple[Any, ...]] = {
    "x": ((), (3,), (2, 3), (4,), (3, 1, 2), (1,), (2, 2)),
    "last": (1, 2, 3, 4, 5, 8, 17),
    "nodes": (1, 2, 3, 4, 8, 9, 16),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "uint8",
        "whole-parameters",
    ),
    "bias": ("whole", "fractions", "whole", "fractions", "integers", "whole", "fractions"),
    "layout": (*LAYOUTS[:-1], "first-fortran"),
}


@cache
def dense_groups() -> Groups:
    """Return the rows of dense, of which any three options meet in every combination."""
    return grouped(covering(DENSE, 3), "numbers", "nodes")


@cache
def dense_combined(group: str) -> list[Combined]:
    """Return the dense layers of a group of rows."""
    return [_dense(row) for row in dense_groups()[group]]


def _dense(row: Row) -> Combined:
    identity, shape, nodes = named("dense", row), (*row["x"], row["last"]), row["nodes"]
    inputs = int(np.prod(shape))
    draw = Drawing(identity, row, inputs)
    arguments = {
        "x": draw.numbers("x", *shape, dtype=draw.data),
        "weights": draw.numbers("weights", inputs, nodes, dtype=draw.parameters),
        "bias": draw.bias(row["bias"], nodes),
    }
    return finished(Case(identity, "dense", arguments), row, is_mixed=row["bias"] == "integers")
