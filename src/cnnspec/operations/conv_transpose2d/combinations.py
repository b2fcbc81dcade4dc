"""Cases that combine the options, sizes and numbers of transposed convolutions."""

from typing import Any

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
from cnnspec.exact.windows import margins_of, pair_of
from cnnspec.operations.conv_transpose2d.cases import OPERATION
from cnnspec.operations.conv_transpose2d.geometry import along

#: How many are added at the end, of those that the stride or the dilation allow.
NONE, ONE, MOST = 0, 1, 99

FACTORS: dict[str, tuple[Any, ...]] = {
    "stride": (None, 2, 1, 3, None, 2, 4, 2, 3, 5, 2),
    "padding": (None, 1, None, 2, 0, 1, None, 3, 1, 7, 2),
    "output_padding": (None, None, ONE, NONE, MOST, None, ONE, MOST, None, ONE, None),
    "dilation": (None, None, 2, None, 1, None, 3, None, 2, None, 4),
    "groups": (None, 1, 2, None, 3, None, None, 2, None, 4, None),
    "size": (3, 1, 2, 4, 3, 5, 3, 2, 4, 1, 7),
    "images": (None, 2, None, 1, None, 3, None, None, 2, None, None),
    "rows": (3, 1, 4, 2, 5, 3, 2, 6, 1, 4, 3),
    "columns": (2, 4, 1, 5, 3, 7, 3, 1, 2, 4, 6),
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

#: Channels of each group, and maps of each, by the number of groups: fewer, as many, and more.
_CHANNELS = {1: (3, 2), 2: (2, 3), 3: (1, 2), 4: (1, 1)}


def of_row(row: Row) -> Combined:
    """Return the case of a row."""
    identity = named(OPERATION, row)
    options = {
        name: row[name]
        for name in ("stride", "padding", "output_padding", "dilation", "groups")
        if row[name] is not None
    }
    groups = options.get("groups", 1)
    each, count = _CHANNELS[groups]
    if "output_padding" in options:
        options["output_padding"] = _allowed(options)
    images = () if row["images"] is None else (row["images"],)
    down, across = pair_of(row["size"])
    shape, bank = (*images, row["rows"], row["columns"]), (groups * each, down, across)
    draw = Drawing(identity, row, down * across * each)
    arguments: dict[str, Any] = {
        "image": draw.numbers("image", *shape, groups * each, dtype=draw.data),
        "filters": draw.numbers("filters", *bank, count, dtype=draw.parameters),
    }
    if row["bias"]:
        arguments["bias"] = draw.bias(row["bias"], groups * count)
    _leave_something(arguments, options)
    return finished(
        Case(identity, OPERATION, {**arguments, **options}), row, is_mixed=row["bias"] == "integers"
    )


def _allowed(options: dict[str, Any]) -> Any:
    """Return an output padding that is below the stride or the dilation."""
    given = [pair_of(options.get(name, 1)) for name in ("stride", "dilation")]
    most = [max(both) - 1 for both in zip(*given, strict=True)]
    wanted = options["output_padding"]
    rows, columns = map(min, pair_of(wanted), most)
    return min(rows, columns) if isinstance(wanted, int) else (rows, columns)


def _leave_something(arguments: dict[str, Any], options: dict[str, Any]) -> None:
    """Reduce a padding that takes all rows or columns away."""
    if "padding" not in options:
        return
    whole = [one.whole + one.added for one in along({**arguments, **options, "padding": 0})]
    padding = options["padding"]
    if isinstance(padding, int):
        options["padding"] = min(padding, (min(whole) - 1) // 2)
        return
    edges = [
        (min(before, n - 1), min(after, n - 1 - min(before, n - 1)))
        for (before, after), n in zip(margins_of(padding, (), (), ()), whole, strict=True)
    ]
    is_nested = isinstance(padding[0], tuple)
    options["padding"] = tuple(one if is_nested else min(one) for one in edges)


#: Options for each axis, and for each side, of code that takes them.
IN_PAIRS: dict[str, tuple[Any, ...]] = {
    **FACTORS,
    "stride": ((2, 1), None, (1, 3), 2, (3, 2), (2, 3), 1, (4, 2), (2, 1), (1, 2), (5, 3)),
    "padding": (
        ((1, 0), (0, 2)),
        (1, 0),
        None,
        ((2, 2), (1, 3)),
        (0, 2),
        1,
        ((0, 3), (2, 1)),
        (2, 1),
        ((0, 0), (1, 0)),
        (1, 3),
        ((7, 1), (2, 8)),
    ),
    "output_padding": (
        (0, 1),
        None,
        (1, 0),
        ONE,
        (MOST, MOST),
        (1, 2),
        None,
        (MOST, 0),
        (0, MOST),
        NONE,
        (2, 1),
    ),
    "dilation": (None, (2, 1), None, (1, 2), 2, None, (3, 2), None, (2, 3), (1, 1), (4, 1)),
}

COMBINATIONS = Combinations(FACTORS, 3, ("numbers", "stride"), of_row)
PAIRS = Combinations(IN_PAIRS, 2, ("numbers",), of_row)

# --- exploration ---------------------------------------------------------------------------------

#: More levels than covering arrays have, of the layer and of its gradients.
WIDER: dict[str, tuple[Any, ...]] = {
    **{name: IN_PAIRS[name] for name in ("stride", "padding", "output_padding", "dilation")},
    "size": (6, 8, 9),
    "images": (4, 5),
}

SMALL: dict[str, tuple[Any, ...]] = {
    "stride": (1, 2),
    "padding": (0, 1, 2),
    "output_padding": (NONE, ONE),
    "dilation": (1, 2),
    "groups": (1, 2, 3),
    "size": (1, 2, 3, 4, 5),
    "images": (None, 2),
}

SPACE = Space(
    combined=COMBINATIONS,
    wider={**WIDER, "rows": tuple(range(1, 13)), "columns": tuple(range(1, 13))},
    small={**SMALL, "rows": tuple(range(1, 7)), "columns": tuple(range(1, 7))},
)
