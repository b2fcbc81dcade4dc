"""Cases that combine the options, sizes and numbers of poolings."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    LAYOUTS,
    SIDES,
    Combinations,
    Combined,
    Drawing,
    NoSuchCallError,
    Row,
    Space,
    finished,
    named,
    side,
)
from cnnspec.exact.windows import pair_of

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


#: With half of the size where "half" stands, which is as much as there may be.
_HALF = "half"

WITH_OPTIONS: dict[str, tuple[Any, ...]] = {
    "size": (2, 3, (2, 3), 4, (3, 1), 5, (1, 4)),
    "stride": (None, 1, 2, (1, 2), 3, (3, 1), (2, 5)),
    "padding": (0, _HALF, 1, (_HALF, 0), (0, _HALF), _HALF, (1, _HALF)),
    # the dilation of maxima and minima; whether the padding counts in a mean
    "dilation": (1, 2, 1, (1, 2), 3, (2, 1), 1),
    # and the number of images
    "cuts": (
        (False, 2),
        (True, None),
        (True, 2),
        (False, None),
        (True, 1),
        (True, 3),
        (True, None),
    ),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "negative",
        "positive",
    ),
    "rows": ((1, 0), (2, 9), (1, 9), (2, 0), (3, 1), (2, 1), (4, 0)),
    "columns": ((2, 0), (1, 9), (3, 0), (1, 0), (2, 9), (5, 1), (2, 1)),
}


def _with_options(row: Row, operation: str) -> Combined:
    identity, sizes = named(f"{operation}", row), pair_of(row["size"] or 2)
    cuts, number = row["cuts"]
    padding = _resolved(row["padding"], sizes)
    options: dict[str, Any] = {} if row["size"] is None else {"size": row["size"]}
    if row["stride"] is not None:
        options["stride"] = row["stride"]
    if cuts:
        options["ceil_mode"] = True
    dilation = 1
    if padding not in (0, (0, 0)):
        options["padding"] = padding
    if operation == "avg_pool2d":
        if "padding" in options:
            options["count_include_pad"] = row["dilation"] == 1
    elif row["dilation"] != 1:
        options["dilation"] = dilation = row["dilation"]
    strides = pair_of(options.get("stride", sizes))
    sides = [
        _length(row[along], d * (size - 1) + 1, step, p, d)
        for along, size, step, p, d in zip(
            ("rows", "columns"), sizes, strides, pair_of(padding), pair_of(dilation), strict=True
        )
    ]
    has_sign = row["numbers"] in ("negative", "positive")
    kind = {**row, "numbers": "float64" if has_sign else row["numbers"], "layout": "C"}
    draw = Drawing(identity, kind, sizes[0] * sizes[1])
    images = () if number is None else (number,)
    maps = draw.numbers("maps", *images, *sides, 2, dtype=draw.data, limit=40)
    if has_sign:
        maps = (1 + np.abs(maps)) * (-1 if row["numbers"] == "negative" else 1)
    return finished(Case(identity, operation, {"maps": maps, **options}), kind)


def _length(given: Any, reach: int, step: int, padding: int, dilation: int) -> int:
    """Return a length with so many windows, or a given one if a window fits.

    It has as many as a dilation steps over: no window is then without any element.
    """
    if isinstance(given, int):
        if given < dilation or given + 2 * padding < reach:
            raise NoSuchCallError(f"{given} and {2 * padding} under {reach}")
        return given
    return max(side(given, reach, step) - 2 * padding, dilation, 1)


def _resolved(padding: Any, sizes: tuple[int, int]) -> Any:
    """Return a padding as a number where it is one for all sizes, else as a pair."""
    wanted = padding if isinstance(padding, tuple) else (padding, padding)
    both = tuple(
        size // 2 if one == _HALF else min(one, size // 2)
        for one, size in zip(wanted, sizes, strict=True)
    )
    return both if isinstance(padding, tuple) or both[0] != both[1] else both[0]


#: The same rows for each pooling, which is what the cases of a group are about.
OPTIONS = Combinations(WITH_OPTIONS, 3, ("numbers", "padding"), _with_options)

#: The same rows for each pooling, which is what the cases of a group are about.
COMBINATIONS = Combinations(POOLING, 3, ("numbers", "size"), _pooling)

# --- exploration ---------------------------------------------------------------------------------

WIDER: dict[str, tuple[Any, ...]] = {
    "size": (None, 1, 6, 7, (1, 2), (2, 1), (4, 5), (7, 2)),
    "stride": (4, 5, 7, (2, 1), (2, 3), (4, 1)),
    "padding": (2, (1, 0), (0, 1)),
    "dilation": (4, (2, 3), (1, 3)),
    "cuts": ((False, 1), (False, 5), (True, 5)),
    "numbers": ("int64", "uint8", "int8"),
    "rows": SIDES,
    "columns": SIDES,
}

SMALL: dict[str, tuple[Any, ...]] = {
    "size": (None, 1, 2, 3, 4, 5),
    "stride": (None, 1, 2),
    "padding": (0, 1, 2),
    "dilation": (1, 2),
    "cuts": ((False, None), (True, None), (False, 2), (True, 2)),
    "numbers": ("float64-real", "negative"),
    "rows": tuple(range(1, 7)),
    "columns": tuple(range(1, 7)),
}


#: Numbers whose means must be right: of integers POOL-26 only advises on them.
_OF_MEANS = tuple(kind for kind in WITH_OPTIONS["numbers"] if kind != "int64")

#: Windows of two rows and columns, which need not be said, of one image.
PLAIN = {"size": None, "cuts": (False, None)}


def space(operation: str) -> Space:
    """Return the space of one of the poolings."""
    allowed = {"numbers": _OF_MEANS} if operation == "avg_pool2d" else {}
    return Space(
        combined=OPTIONS,
        about=(operation,),
        wider=WIDER,
        small=SMALL,
        plain=PLAIN,
        allowed=allowed,
    )
