"""What correct ReLUs answer differently: NaN, signs of zeros, dtypes, the memory of results."""

import numpy as np

from cnnspec.declaration.behaviour import DEPENDS, OTHER, Asker, Behaviour, unanimous
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    SUBNORMAL,
    counted,
    dtype_of_result,
    in_float64,
    memory_of,
    negative_zeros,
    of_nothing,
    of_subnormals,
    orders_of,
    returned_object,
)


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    numbers = {"x": counted(3, 4, 2)}
    return [
        Behaviour("relu-nan", ("NaN", "0", DEPENDS), _nan),
        Behaviour("relu-negative-zero", ("+0.0", "-0.0", DEPENDS), _negative_zero),
        of_subnormals("relu", {"x": SUBNORMAL[0]}, (8,)),
        in_float64("relu", {"x": np.full(5, ABOVE_1)}, np.full(5, ABOVE_1)),
        *(
            dtype_of_result(f"relu-dtype-{dtype}", {"x": counted(5, dtype=dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        returned_object("relu", numbers),
        *orders_of("relu", numbers),
        memory_of("relu", numbers),
        of_nothing("relu-empty", {"x": np.zeros((0, 3))}, (0, 3)),
    ]


def _nan(asker: Asker) -> str:
    got = asker({"x": np.full(37, np.nan)})
    if got.shape != (37,) or not (np.isnan(got) | (got == 0)).all():
        return OTHER
    return unanimous(np.isnan(got), "NaN", "0")


def _negative_zero(asker: Asker) -> str:
    got = asker({"x": np.full(37, -0.0)})
    return unanimous(negative_zeros(got, (37,)), "-0.0", "+0.0")
