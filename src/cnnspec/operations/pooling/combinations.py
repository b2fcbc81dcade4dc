"""Cases that combine the options, sizes and numbers of poolings."""

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


def _pooling(row: Row, operation: str) -> Combined:
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


#: The same rows for each pooling, which is what the cases of a group are about.
COMBINATIONS = Combinations(POOLING, 3, ("numbers", "size"), _pooling)
