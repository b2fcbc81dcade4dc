"""Cases that combine the sizes and numbers of gradients to logits."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    finished,
    named,
)
from cnnspec.operations.softmax.combinations import COUNTS, ROWS, SOFTMAX, SPREADS, spread

FACTORS: dict[str, tuple[Any, ...]] = {
    **SOFTMAX,
    "grad": ("numbers", "one", "alike", "numbers", "wide", "zeros", "negative"),
    "layout": (*SOFTMAX["layout"][:-1], "first-fortran"),
}


def incoming(kind: str, numbers: Any) -> Any:
    """Return an incoming gradient of one kind, made of numbers."""
    last = np.arange(numbers.shape[-1]) == numbers.shape[-1] - 1
    return {
        "one": np.where(last, 3.0, 0.0) + 0 * numbers,
        "alike": np.full(numbers.shape, -2.0),
        "wide": numbers * 4.0 ** (np.arange(numbers.shape[-1]) % 5 - 2),
        "zeros": 0 * numbers,
        "negative": -np.abs(numbers) - 1,
    }.get(kind, numbers)


def _combined(row: Row, operation: str) -> Combined:
    identity = named(operation, row)
    draw = Drawing(identity, row, 1)
    shape = (*row["rows"], row["nodes"])
    logits = spread(draw.numbers("logits", *shape, dtype="float64", limit=4), row["spread"])
    grad = incoming(row["grad"], draw.numbers("grad", *shape, dtype="float64", limit=4))
    given = {
        "grad": grad.astype(draw.data if draw.data.startswith("float") else draw.parameters),
        "logits": logits.astype(draw.data),
    }
    return finished(Case(identity, operation, given), row)


#: Any two factors, as for softmax.
COMBINATIONS = Combinations(FACTORS, 2, ("numbers",), _combined)


def space(operation: str) -> Space:
    """Return the space of one of the gradients, of the softmax or of its logarithm."""
    return Space(
        combined=COMBINATIONS,
        about=(operation,),
        wider={"rows": ROWS, "nodes": COUNTS},
        small={
            "rows": ((), (1,), (2,), (3,), (2, 2)),
            "nodes": tuple(range(1, 7)),
            "spread": tuple(SPREADS),
            "grad": ("numbers", "one", "wide"),
            "numbers": ("float64-real", "float32-real"),
        },
    )
