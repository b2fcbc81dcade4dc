"""Cases that combine the sizes and numbers of log-softmaxes."""

from typing import Any

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
from cnnspec.operations.softmax.combinations import COUNTS, ROWS, SPREADS, spread

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
    shape = (*row["rows"], row["classes"])
    numbers = draw.numbers("logits", *shape, dtype="float64", limit=4)
    logits = spread(numbers, row["spread"]).astype(draw.data)
    return finished(Case(identity, "log_softmax", {"logits": logits}), row)


#: Any two factors, as for softmax.
COMBINATIONS = Combinations(LOG_SOFTMAX, 2, ("numbers",), _log_softmax)

SPACE = Space(
    combined=COMBINATIONS,
    wider={"rows": ROWS, "classes": COUNTS},
    small={
        "rows": ((), (1,), (2,), (3,), (2, 2)),
        "classes": tuple(range(1, 7)),
        "spread": tuple(SPREADS),
        "numbers": ("float64-real", "float64", "float32-real"),
    },
)
