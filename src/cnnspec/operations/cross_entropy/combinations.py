"""Cases that combine the sizes and numbers of losses."""

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

FACTORS: dict[str, tuple[Any, ...]] = {
    "classes": (2, 3, 4, 5, 9, 10, 17),
    "scale": (0.5, 1.0, 3.0, 8.0, 30.0),
    "label": ("first", "last", "most-probable", "least-probable", "middle"),
    "numbers": ("float64-real", "float32-real", "float64-real", "float16-real", "float64-real"),
    "layout": LAYOUTS,
}


def _loss(row: Row, operation: str) -> Combined:
    """Return the loss of probabilities that sum to 1, none of them below the normal numbers."""
    identity, classes = named(operation, row), row["classes"]
    draw = Drawing(identity, row, 1)
    logits = draw.numbers("logits", classes, dtype="float64") * row["scale"]
    powers = np.exp(np.maximum(logits - logits.max(), -9 if draw.data == "float16" else -80))
    probabilities = (powers / powers.sum()).astype(draw.data)
    label = {
        "first": 0,
        "last": classes - 1,
        "most-probable": int(probabilities.argmax()),
        "least-probable": int(probabilities.argmin()),
        "middle": classes // 2,
    }[row["label"]]
    given = {"probabilities": probabilities, "label": label}
    return finished(Case(identity, operation, given), row)


COMBINATIONS = Combinations(FACTORS, 3, ("numbers",), _loss)


def space(operation: str) -> Space:
    """Return the space of the loss, or of its gradient."""
    return Space(
        combined=COMBINATIONS,
        about=(operation,),
        wider={"classes": (*range(2, 21), 33, 65)},
        small={
            "classes": range(2, 7),
            "scale": FACTORS["scale"],
            "label": FACTORS["label"],
            "numbers": ("float64-real", "float32-real"),
        },
    )
