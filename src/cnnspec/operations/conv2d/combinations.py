"""Cases that combine the options, sizes and numbers of convolutions."""

from typing import Any

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
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
from cnnspec.exact.windows import margins_of, pair_of, reaches_of

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


# --- all options ---------------------------------------------------------------------------------

#: Groups, the channels of each and its maps; no channel axis at all is ``None``.
_GROUPS = (
    None,
    (1, 1, 1),
    (1, 2, 3),
    (1, 3, 2),
    (2, 2, 2),
    (2, 1, 3),
    (3, 1, 1),
    (3, 2, 1),
    (2, 3, 1),
    (4, 1, 2),
    (3, 1, 2),
)

OF_AXES: dict[str, tuple[Any, ...]] = {
    "images": (None, 2, None, 1, None, 3, None, None, 2, None, None),
    "groups": _GROUPS,
    "size": (1, 3, 5, 3, 3, 3, 5, 1, 3, 3, 3),
    "stride": (1, 2, 3, (1, 2), (2, 1), (3, 2), (2, 3), (4, 1), 2, (1, 1), 1),
    "dilation": (1, 2, 3, (1, 2), (2, 1), (3, 2), (2, 3), 1, 2, (1, 4), 1),
    "padding": (
        "valid",
        1,
        2,
        (1, 0),
        (1, 2),
        ((1, 0), (2, 3)),
        ((2, 4), (1, 3)),
        ((3, 1), (3, 0)),
        "same",
        0,
        ((0, 2), (7, 0)),
    ),
    # windows along a side, and what is left over: 9 stands for as much as there can be
    "rows": (
        (1, 0),
        (2, 1),
        (2, 0),
        (3, 9),
        (1, 1),
        (2, 9),
        (3, 0),
        (1, 9),
        (4, 0),
        (2, 1),
        (3, 1),
    ),
    "columns": (
        (2, 0),
        (1, 1),
        (3, 9),
        (1, 0),
        (2, 9),
        (4, 1),
        (2, 1),
        (3, 0),
        (1, 9),
        (2, 0),
        (3, 1),
    ),
    "bias": (None, "whole", None, "fractions", None, "whole", None, None, "whole", None, None),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float64",
        "float16",
        "float64",
        "float32-real",
        "float64",
        "float64-real",
        "uint8",
        "float64",
    ),
    "layout": (
        *("C", "fortran", "C", "strided", "C", "C"),
        *("channels-first", "C", "C", "C", "C"),
    ),
}

#: The same of filters of any number of rows and columns, in fewer steps.
OF_ANY: dict[str, tuple[Any, ...]] = {
    "images": (None, 2, None, 1, None, 3, None),
    "groups": (None, (1, 2, 3), (2, 2, 2), (3, 1, 2), (1, 1, 1), (2, 1, 1), (1, 3, 2)),
    "size": ((1, 3), (3, 2), (2, 2), (4, 1), (5, 3), (2, 3), (3, 4)),
    "stride": (1, 2, (1, 2), (2, 1), 3, (3, 2), 1),
    "dilation": (1, 2, (1, 2), (2, 1), 1, (3, 2), 1),
    "padding": ("valid", 1, (1, 2), ((1, 0), (2, 3)), 0, ((2, 4), (1, 0)), 2),
    "rows": ((1, 0), (2, 1), (3, 9), (2, 0), (1, 1), (4, 0), (2, 9)),
    "columns": ((2, 0), (1, 9), (3, 1), (2, 1), (4, 0), (1, 0), (3, 9)),
}


def of_axes(row: Row) -> Combined:
    """Return a convolution with options of all kinds; "same" has stride 1, and any size."""
    row = {"bias": None, "numbers": "float64", "layout": "C", **row}
    if row["padding"] == "same":
        row = {**row, "stride": 1}
    identity, groups = named("conv2d", row), row["groups"] or (1, 1, 1)
    strides, dilations = pair_of(row["stride"]), pair_of(row["dilation"])
    down, across = pair_of(row["size"])
    reaches = reaches_of((down, across), dilations)
    sides = []
    for axis, along in enumerate(("rows", "columns")):
        padding, given = row["padding"], row[along]
        if isinstance(given, int):
            sides.append(_side(given, padding, reaches, strides, axis))
            continue
        count, left = given
        if padding == "same":
            sides.append(count + min(left, reaches[axis] - 1))
            continue
        zeros = sum(margins_of(padding, (1, 1), reaches, strides)[axis])
        length = side((count, left), reaches[axis], strides[axis]) - zeros
        while length < 1:
            length += strides[axis]
        sides.append(length)
    images = () if row["images"] is None else (row["images"],)
    of_image = () if row["groups"] is None and not images else (groups[0] * groups[1],)
    of_filters = groups[1:2] if of_image else ()
    draw = Drawing(identity, row, down * across * groups[1])
    count = groups[0] * groups[2]
    arguments: dict[str, Any] = {
        "image": draw.numbers("image", *images, *sides, *of_image, dtype=draw.data),
        "filters": draw.numbers("filters", count, down, across, *of_filters, dtype=draw.parameters),
    }
    if row["bias"]:
        arguments["bias"] = draw.bias(row["bias"], count)
    plain = {"stride": 1, "padding": "valid", "dilation": 1}
    arguments |= {name: row[name] for name, value in plain.items() if row[name] != value}
    if groups[0] > 1:
        arguments["groups"] = groups[0]
    return finished(Case(identity, "conv2d", arguments), row)


def _side(
    length: int, padding: Any, reaches: tuple[int, int], strides: tuple[int, int], axis: int
) -> int:
    """Return a length as it is, if a window fits."""
    if padding != "same":
        zeros = sum(margins_of(padding, (1, 1), reaches, strides)[axis])
        if length + zeros < reaches[axis]:
            raise NoSuchCallError(f"{length} and {zeros} zeros under {reaches[axis]}")
    return length


WITH_OPTIONS_OF_AXES = Combinations(OF_AXES, 3, ("numbers", "padding"), of_axes)
OF_ANY_FILTERS = Combinations(OF_ANY, 3, ("padding",), of_axes)


# --- exploration ---------------------------------------------------------------------------------

#: More levels than covering arrays have, of the layer and of its gradients.
WIDER: dict[str, tuple[Any, ...]] = {
    "images": (4, 5),
    "groups": tuple(
        (groups, seen, banks)
        for groups in (1, 2, 3, 4, 5)
        for seen in (1, 2, 3, 4, 5, 8, 17)
        for banks in (1, 2, 3, 4, 7, 16)
        if groups * seen <= 20 and groups * banks <= 20
    ),
    "size": (2, 4, 7, 9, (1, 3), (3, 2), (4, 1), (5, 3), (2, 3), (3, 4), (1, 7)),
    "stride": (4, 5, 7, (2, 5), (4, 3)),
    "dilation": (4, 5, (3, 1), (2, 5)),
    "padding": (
        0,
        1,
        2,
        3,
        4,
        (0, 1),
        (2, 1),
        ((0, 1), (0, 0)),
        ((0, 0), (2, 1)),
        ((5, 0), (0, 5)),
    ),
}

SMALL: dict[str, tuple[Any, ...]] = {
    "images": (None, 2),
    "groups": (
        None,
        *((1, seen, banks) for seen in (1, 2, 3) for banks in (1, 2, 3)),
        *((2, 1, 1), (3, 1, 1)),
    ),
    "size": (1, 2, 3, 4, 5),
    "stride": (1, 2),
    "dilation": (1, 2),
    "padding": ("valid", 1, 2, "same"),
}

SPACE = Space(
    combined=WITH_OPTIONS_OF_AXES,
    wider={**WIDER, "rows": SIDES, "columns": SIDES, "bias": ("integers",)},
    small={**SMALL, "rows": range(1, 7), "columns": range(1, 7)},
)
