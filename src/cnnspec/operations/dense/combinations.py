"""Cases that combine the sizes and numbers of dense layers."""

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


COMBINATIONS = Combinations(DENSE, 3, ("numbers", "nodes"), _dense)

# --- exploration ---------------------------------------------------------------------------------

_COUNTS = (*range(1, 34), 63, 64, 65, 100, 130)

WIDER: dict[str, tuple[Any, ...]] = {"x": ((5,), (7, 2), (1, 1)), "last": _COUNTS, "nodes": _COUNTS}

SMALL: dict[str, tuple[Any, ...]] = {
    "x": ((), (1,), (2,), (3,), (2, 3)),
    "last": tuple(range(1, 7)),
    "nodes": tuple(range(1, 7)),
    "numbers": ("float64", "float64-real", "float32-real", "uint8"),
    "bias": ("whole", "fractions"),
}

SPACE = Space(combined=COMBINATIONS, wider=WIDER, small=SMALL)
