"""Cases that combine the options, sizes and numbers of convolutions."""

from typing import Any

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    Combinations,
    Combined,
    Drawing,
    Row,
    finished,
    named,
    side,
)

SAME = {"padding": "same"}

CONV2D: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, None, 2, None, 3, None, 4, None, 5, 2),
    "channels": (None, 1, 2, 3, 4, 5, 7, 8, 9, 16, 1),
    "filters": (1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 1),
    "size": (1, 3, 5, 7, 1, 3, 5, 3, 3, 1, 3),
    "options": (
        {},
        {"stride": 1},
        {"padding": "valid"},
        {"stride": 2},
        {"padding": "valid", "stride": 2},
        {"stride": 3},
        {"stride": 4},
        {"stride": 6},
        SAME,
        SAME,
        {"stride": 1, **SAME},
    ),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16",
        "float16-real",
        "uint8",
        "int8",
        "whole-parameters",
        "float32-data",
        "float32-parameters",
    ),
    # windows along a side, and what is left over: 9 stands for as much as there can be
    "rows": (
        (1, 0),
        (1, 9),
        (2, 1),
        (2, 0),
        (3, 9),
        (1, 1),
        (2, 9),
        (3, 0),
        (1, 0),
        (2, 1),
        (4, 0),
    ),
    "columns": (
        (2, 0),
        (1, 9),
        (1, 0),
        (3, 1),
        (2, 9),
        (1, 1),
        (3, 0),
        (2, 1),
        (4, 9),
        (1, 0),
        (2, 0),
    ),
    "bias": (
        None,
        "whole",
        None,
        "fractions",
        "whole",
        None,
        "fractions",
        "whole",
        None,
        "integers",
        "fractions",
    ),
    "layout": (
        "C",
        "fortran",
        "C",
        "strided",
        "C",
        "read-only",
        "C",
        "first-fortran",
        "C",
        "rest-strided",
        "channels-first",
    ),
}


def _conv2d(row: Row) -> Combined:
    identity, size, options = named("conv2d", row), row["size"], row["options"]
    images = () if row["images"] is None else (row["images"],)
    gray = row["channels"] is None
    channels = () if gray and not images else (row["channels"] or 1,)
    sides = []
    for windows in (row["rows"], row["columns"]):
        if "same" in options.values():  # from less than the filter to more
            count, left = windows
            sides.append(count + min(left, size - 1))
        else:
            sides.append(side(windows, size, options.get("stride", 1)))
    draw = Drawing(identity, row, size * size * (row["channels"] or 1))
    arguments: dict[str, Any] = {
        "image": draw.numbers("image", *images, *sides, *channels, dtype=draw.data),
        "filters": draw.numbers(
            "filters", row["filters"], size, size, *channels, dtype=draw.parameters
        ),
    }
    if row["bias"]:
        arguments["bias"] = draw.bias(row["bias"], row["filters"])
    return finished(
        Case(identity, "conv2d", {**arguments, **options}), row, is_mixed=row["bias"] == "integers"
    )


COMBINATIONS = Combinations(CONV2D, 3, ("numbers", "options"), _conv2d)
