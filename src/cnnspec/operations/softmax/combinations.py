"""Cases that combine the sizes and numbers of softmaxes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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

#: Ways in which logits lie: the scale, what is added to all, and what is added from row to row.
SPREADS: dict[str, tuple[float, float, float]] = {
    "near": (1.0, 0.0, 0.0),
    "apart": (20.0, 0.0, 0.0),
    "high": (3.0, 1000.0, 0.0),
    "low": (3.0, -1000.0, 0.0),
    "rows-rising": (2.0, 0.0, 900.0),
    "rows-falling": (2.0, 0.0, -900.0),
    "far-apart": (400.0, 0.0, 0.0),
}

SOFTMAX: dict[str, tuple[Any, ...]] = {
    "rows": ((), (1,), (2,), (3,), (5,), (9,), (2, 3)),
    "nodes": (1, 2, 3, 4, 5, 9, 17),
    "spread": tuple(SPREADS),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16",
        "int64",
        "float64-real",
    ),
    "layout": LAYOUTS,
}


def spread(numbers: NDArray[Any], name: str) -> NDArray[Any]:
    """Return numbers of rows as they lie in one of the ways, in float64."""
    scale, shift, rising = SPREADS[name]
    rows = numbers.shape[:-1]
    order = np.arange(np.prod(rows, dtype=int)).reshape(*rows, 1)
    return np.asarray(numbers * scale + shift + rising * order)


def _softmax(row: Row) -> Combined:
    identity = named("softmax", row)
    draw = Drawing(identity, row, 1)
    shape = (*row["rows"], row["nodes"])
    numbers = draw.numbers("logits", *shape, dtype="float64", limit=4)
    logits = spread(numbers, row["spread"]).astype(draw.data)
    case = Case(identity, "softmax", {"logits": logits})
    return finished(case, row)


#: Any two factors: the exact exponentials of 60 digits take their time, any three too much.
COMBINATIONS = Combinations(SOFTMAX, 2, ("numbers",), _softmax)

# --- exploration ---------------------------------------------------------------------------------

ROWS: tuple[tuple[int, ...], ...] = ((4,), (7,), (17,), (1, 2), (3, 1), (2, 2, 2))
COUNTS = (*range(1, 21), 33, 64, 65)

SPACE = Space(
    combined=COMBINATIONS,
    wider={"rows": ROWS, "nodes": COUNTS},
    small={
        "rows": ((), (1,), (2,), (3,), (2, 2)),
        "nodes": tuple(range(1, 7)),
        "spread": tuple(SPREADS),
        "numbers": ("float64-real", "float64", "float32-real"),
    },
)
