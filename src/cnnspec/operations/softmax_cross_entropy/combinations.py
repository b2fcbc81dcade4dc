"""Cases that combine the sizes and numbers of losses of logits."""

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
from cnnspec.operations.softmax.combinations import COUNTS, SPREADS, spread

LOSSES: dict[str, tuple[Any, ...]] = {
    "rows": ((), (1,), (2,), (3,), (5,), (9,), ()),
    "classes": (1, 2, 3, 4, 5, 9, 17),
    "spread": tuple(SPREADS),
    "label": ("first", "last", "most-probable", "least-probable", "each", "last", "each"),
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


def loss_of(row: Row, operation: str = "softmax_cross_entropy") -> Combined:
    """Return the call of a row, of the loss or of its gradient."""
    identity = named(operation, row)
    draw = Drawing(identity, row, 1)
    rows, classes = row["rows"], row["classes"]
    numbers = draw.numbers("logits", *rows, classes, dtype="float64", limit=4)
    logits = spread(numbers, row["spread"]).astype(draw.data)
    labels = {
        "first": np.zeros(rows, np.int64),
        "last": np.full(rows, classes - 1),
        "most-probable": logits.argmax(axis=-1),
        "least-probable": logits.argmin(axis=-1),
        "each": np.arange(np.prod(rows, dtype=int)).reshape(rows) % classes,
    }[row["label"]]
    label = labels.astype(np.int64) if rows else int(labels)
    arguments = {"logits": logits, "label": label}
    return finished(Case(identity, operation, arguments), row)


#: Any two factors, as for softmax.
COMBINATIONS = Combinations(LOSSES, 2, ("numbers",), loss_of)


def space(operation: str) -> Space:
    """Return the space of the loss, or of its gradient."""
    return Space(
        combined=COMBINATIONS,
        about=(operation,),
        wider={"rows": ((4,), (7,), (17,)), "classes": COUNTS},
        small={
            "rows": ((), (1,), (2,), (3,)),
            "classes": tuple(range(1, 7)),
            "spread": tuple(SPREADS),
            "label": ("first", "last", "most-probable", "least-probable", "each"),
            "numbers": ("float64-real", "float32-real"),
        },
    )
