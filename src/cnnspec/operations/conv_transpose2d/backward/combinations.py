"""Cases that combine the options, sizes and numbers of a transposed convolution's gradients."""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from cnnspec.declaration.combinations import Combinations, Combined, Drawing, Row, Space, named
from cnnspec.operations.conv_transpose2d.backward.parameters import shape_of_maps
from cnnspec.operations.conv_transpose2d.combinations import MOST, NONE, ONE, SMALL, WIDER, of_row

FACTORS: dict[str, tuple[Any, ...]] = {
    "images": (None, 2, None, 1, None, 3),
    "groups": (None, 2, 1, 3, 2, 4),
    "size": (3, 1, 2, 3, 4, 5),
    "stride": (1, 2, (1, 2), (2, 1), 3, (4, 2)),
    "dilation": (1, 2, None, (1, 2), 3, (2, 1)),
    "padding": (0, 1, (1, 2), ((1, 0), (2, 3)), None, ((0, 4), (3, 1))),
    "output_padding": (None, ONE, (0, MOST), MOST, (1, 0), NONE),
    "sides": ((3, 2), (1, 4), (4, 1), (2, 5), (5, 3), (2, 2)),
    # Numbers, and how they lie in memory.
    "how": (
        ("float64", "C"),
        ("float64-real", "fortran"),
        ("float32", "strided"),
        ("float32-real", "C"),
        ("float16", "C"),
        ("uint8", "channels-first"),
        ("float16-real", "C"),
    ),
}

#: The same of filters of any number of rows and columns.
OF_ANY: dict[str, tuple[Any, ...]] = {
    **{name: values for name, values in FACTORS.items() if name != "how"},
    "size": ((1, 3), (3, 2), (2, 4), (4, 1), (5, 3), (2, 3)),
}


def _combined(row: Row, operation: str) -> Combined:
    numbers, layout = row.get("how", ("float64", "C"))
    rows, columns = row["sides"]
    more = {"rows": rows, "columns": columns, "numbers": numbers, "layout": layout, "bias": None}
    layer = of_row({**row, **more})
    identity = named(operation, {**row, "how": (numbers, layout)})
    given = layer.case.arguments
    draw = Drawing(identity, {"numbers": numbers}, _most_terms(given))
    grad = draw.numbers("grad", *shape_of_maps(given), dtype=draw.parameters)
    case = replace(layer.case, id=identity, operation=operation, arguments={"grad": grad, **given})
    return Combined(case, layout)


def _most_terms(given: Mapping[str, Any]) -> int:
    """Return how many products a gradient sums at most: to image, filters or bias."""
    image, filters = np.shape(given["image"]), np.shape(given["filters"])
    return max(math.prod(part) for part in (filters[1:], image[:-1], shape_of_maps(given)[:-1]))


COMBINATIONS = Combinations(FACTORS, 3, ("how", "padding"), _combined)
IN_PAIRS = Combinations(FACTORS, 2, ("how",), _combined)
OF_ANY_FILTERS = Combinations(OF_ANY, 2, ("padding",), _combined)


def space(operation: str) -> Space:
    """Return the space of one of the gradients: that of the layer."""
    return Space(
        combined=COMBINATIONS,
        about=(operation,),
        wider={**WIDER, "sides": tuple(product(range(1, 10, 2), (1, 2, 4, 7, 11)))},
        small={**SMALL, "sides": tuple(product(range(1, 7), repeat=2))},
    )
