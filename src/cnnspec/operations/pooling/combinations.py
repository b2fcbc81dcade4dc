"""Cases that combine the options, sizes and numbers of poolings."""

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
    side,
)

POOLING: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, None, 2, None, 3, 5),
    "maps": (1, 2, 3, 4, 5, 8, 17),
    "size": (1, 2, 3, 4, 5, 6, 2),
    "stride": (None, 1, 2, 3, 4, 5, 7),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "negative",
        "int64",
    ),
    "rows": ((1, 0), (2, 9), (1, 9), (2, 0), (3, 1), (2, 1), (4, 0)),
    "columns": ((2, 0), (1, 9), (3, 0), (1, 0), (2, 9), (5, 1), (2, 1)),
    "layout": LAYOUTS,
}


@cache
def pool_groups() -> Groups:
    """Return the rows of pooling, of which any three options meet in every combination."""
    return grouped(covering(POOLING, 3), "numbers", "size")


@cache
def pool_combined(operation: str, group: str) -> list[Combined]:
    """Return the poolings of a group of rows."""
    return [_pooling(operation, row) for row in pool_groups()[group]]


def _pooling(operation: str, row: Row) -> Combined:
    identity, size = named(operation, row), row["size"]
    images = () if row["images"] is None else (row["images"],)
    step = row["stride"] or size
    sides = [side(row[along], size, step) for along in ("rows", "columns")]
    negative = row["numbers"] == "negative"
    kind = {**row, "numbers": "float64" if negative else row["numbers"]}
    draw = Drawing(identity, kind, size * size)
    maps = draw.numbers("maps", *images, *sides, row["maps"], dtype=draw.data, limit=40)
    if negative:
        maps = -1 - np.abs(maps)
    arguments = {"maps": maps, "size": size, "stride": row["stride"]}
    return finished(Case(identity, operation, arguments), kind)
