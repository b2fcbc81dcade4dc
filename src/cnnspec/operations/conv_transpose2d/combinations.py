"""Cases that combine the options, sizes and numbers of transposed convolutions."""

from typing import Any

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import Combinations, Combined, Drawing, Row, finished, named
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


def _case(row: Row) -> Combined:
    identity = named(OPERATION, row)
    options = {
        name: row[name]
        for name in ("stride", "padding", "output_padding", "dilation", "groups")
        if row[name] is not None
    }
    groups = options.get("groups", 1)
    each, count = _CHANNELS[groups]
    least = max(options.get("stride", 1), options.get("dilation", 1)) - 1
    if "output_padding" in options:
        options["output_padding"] = min(options["output_padding"], least)
    images = () if row["images"] is None else (row["images"],)
    shape, bank = (*images, row["rows"], row["columns"]), (groups * each, row["size"], row["size"])
    draw = Drawing(identity, row, row["size"] ** 2 * each)
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


def _leave_something(arguments: dict[str, Any], options: dict[str, Any]) -> None:
    """Reduce a padding that takes all rows or columns away."""
    if "padding" in options:
        whole = [one.whole + one.added for one in along({**arguments, **options, "padding": 0})]
        options["padding"] = min(options["padding"], (min(whole) - 1) // 2)


COMBINATIONS = Combinations(FACTORS, 3, ("numbers", "stride"), _case)
