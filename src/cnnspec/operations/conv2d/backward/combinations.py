"""Cases that combine the options, sizes and numbers of a convolution's gradients."""

import math
from dataclasses import replace
from itertools import product
from typing import Any

from cnnspec.declaration.combinations import (
    SIDES,
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    named,
)
from cnnspec.exact.windows import pair_of
from cnnspec.operations.conv2d.backward.parameters import shape_of_maps
from cnnspec.operations.conv2d.combinations import SMALL, WIDER, of_axes

FACTORS: dict[str, tuple[Any, ...]] = {
    "images": (None, 2, None, 1, None, 3, 2),
    #: Groups, the channels of each and its maps; no channel axis at all is ``None``.
    "groups": (None, (1, 2, 3), (2, 2, 3), (1, 3, 2), (3, 1, 1), (2, 1, 2), (1, 1, 1)),
    "size": (3, 1, 3, 5, 3, 3, 1),
    "stride": (1, 2, (1, 2), (2, 1), 3, (3, 2), 4),
    "dilation": (1, 2, (1, 2), (2, 1), 3, (3, 2), 1),
    "padding": ("valid", 1, (1, 2), ((1, 0), (2, 3)), "same", ((3, 1), (0, 4)), 0),
    # Windows along the rows and what is left over, and along the columns: 9 is as much as can be.
    "sides": (
        ((1, 0), (2, 1)),
        ((3, 9), (2, 0)),
        ((2, 1), (1, 9)),
        ((2, 0), (4, 1)),
        ((4, 1), (3, 9)),
        ((1, 9), (1, 1)),
        ((3, 0), (2, 9)),
    ),
    # Numbers, and how they lie in memory.
    "how": (
        ("float64", "C"),
        ("float64-real", "fortran"),
        ("float32", "C"),
        ("float32-real", "strided"),
        ("float16", "C"),
        ("uint8", "channels-first"),
        ("float16-real", "C"),
    ),
}

#: The same of filters of any number of rows and columns.
OF_ANY: dict[str, tuple[Any, ...]] = {
    **{name: values for name, values in FACTORS.items() if name != "how"},
    "size": ((1, 3), (3, 2), (2, 2), (4, 1), (5, 3), (2, 3), (3, 4)),
    "padding": ("valid", 1, (1, 2), ((1, 0), (2, 3)), 0, ((3, 1), (0, 4)), 2),
}


def _combined(row: Row, operation: str) -> Combined:
    numbers, layout = row.get("how", ("float64", "C"))
    rows, columns = row["sides"]
    layer = of_axes({**row, "rows": rows, "columns": columns, "numbers": numbers, "layout": layout})
    identity = named(operation, {**row, "how": (numbers, layout)})
    shape = shape_of_maps(layer.case.arguments)
    draw = Drawing(identity, {"numbers": numbers}, _most_terms(shape, row))
    grad = draw.numbers("grad", *shape, dtype=draw.parameters)
    given = {"grad": grad, **layer.case.arguments}
    case = replace(layer.case, id=identity, operation=operation, arguments=given)
    return Combined(case, layout)


def _most_terms(shape: tuple[int, ...], row: Row) -> int:
    """Return how many products a gradient sums at most: to the image, or to the filters."""
    groups = row["groups"] or (1, 1, 1)
    per_pixel = math.prod(pair_of(row["size"])) * int(groups[2])
    return max(per_pixel, math.prod(shape[:-1]))


COMBINATIONS = Combinations(FACTORS, 3, ("how", "padding"), _combined)
IN_PAIRS = Combinations(FACTORS, 2, ("how",), _combined)
OF_ANY_FILTERS = Combinations(OF_ANY, 2, ("padding",), _combined)


def space(operation: str) -> Space:
    """Return the space of one of the gradients: that of the layer."""
    return Space(
        combined=COMBINATIONS,
        about=(operation,),
        wider={**WIDER, "sides": tuple(product(SIDES[::3], SIDES[::5]))},
        small={**SMALL, "sides": tuple(product(range(1, 7), repeat=2))},
    )
