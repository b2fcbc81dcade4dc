"""Cases that combine the sizes and numbers of a dense layer's gradients."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
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
from cnnspec.operations.dense import combinations as forward

#: The first axis of a matrix is neither 1 nor a number of nodes: what takes rows would mistake it.
FACTORS: dict[str, tuple[Any, ...]] = {
    "x": ((), (5,), (2, 3), (6,), (3, 1, 2), (1, 1), "rows"),
    "last": (1, 2, 3, 4, 5, 8, 17),
    "nodes": (1, 2, 3, 4, 8, 9, 16),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "uint8",
        "float64-real",
    ),
    "layout": (*LAYOUTS[:-1], "first-fortran"),
}

#: So many rows have the inputs that are rows.
_ROWS = 3


def _combined(row: Row, operation: str) -> Combined:
    identity, nodes = named(operation, row), row["nodes"]
    is_rows = row["x"] == "rows"
    shape = (_ROWS, row["last"]) if is_rows else (*row["x"], row["last"])
    inputs = row["last"] if is_rows else int(np.prod(shape))
    draw = Drawing(identity, row, max(nodes, _ROWS))
    arguments = {
        "grad": draw.numbers("grad", *(shape[:1] if is_rows else ()), nodes, dtype=draw.parameters),
        "x": draw.numbers("x", *shape, dtype=draw.data),
        "weights": draw.numbers("weights", inputs, nodes, dtype=draw.parameters),
    }
    return finished(Case(identity, operation, arguments), row)


COMBINATIONS = Combinations(FACTORS, 3, ("numbers", "nodes"), _combined)


def space(operation: str) -> Space:
    """Return the space of one of the gradients."""
    return Space(
        combined=COMBINATIONS, about=(operation,), wider=forward.WIDER, small=forward.SMALL
    )
