"""Cases that combine the sizes and numbers of log-softmaxes."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    LAYOUTS,
    Combinations,
    Combined,
    Drawing,
    Row,
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

LOG_SOFTMAX: dict[str, tuple[Any, ...]] = {
    "rows": ((), (1,), (2,), (3,), (5,), (9,), (2, 3)),
    "classes": (1, 2, 3, 4, 5, 9, 17),
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


def _log_softmax(row: Row) -> Combined:
    identity = named("log_softmax", row)
    draw = Drawing(identity, row, 1)
    scale, shift, rising = SPREADS[row["spread"]]
    shape = (*row["rows"], row["classes"])
    numbers = draw.numbers("logits", *shape, dtype="float64", limit=4) * scale
    order = np.arange(np.prod(row["rows"], dtype=int)).reshape(*row["rows"], 1)
    logits = (numbers + shift + rising * order).astype(draw.data)
    return finished(Case(identity, "log_softmax", {"logits": logits}), row)


#: Any two factors, as for softmax.
COMBINATIONS = Combinations(LOG_SOFTMAX, 2, ("numbers",), _log_softmax)
