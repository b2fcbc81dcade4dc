"""Filters that the articles refuse and other code computes: oblong ones, and ones of even size.

Code often computes one kind and not the other, or both without padding only. Each kind with each
padding is a cell, of which it is found out whether it is right.
"""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.case import integers
from cnnspec.declaration.limits import Arguments, Cell
from cnnspec.exact import bounds
from cnnspec.operations.conv2d import exact

#: Rows and columns of small filters of each kind.
_SIDES = {"oblong": ((3, 5), (5, 3)), "even": ((2, 2), (4, 4))}

_PADDINGS = ("valid", "same")


def _is_of(kind: str, padding: str, given: Arguments) -> bool:
    """Return whether a call's filters are of a kind, and padded so."""
    rows, columns = np.shape(given["filters"])[1:3]
    is_of_kind = rows != columns if kind == "oblong" else rows % 2 == 0 or columns % 2 == 0
    is_same = given.get("padding", "valid") == "same"
    return bool(is_of_kind and is_same == (padding == "same"))


def _probes(kind: str, padding: str) -> list[Arguments]:
    """Return small calls: gray, coloured, in a batch and, where there may be one, with a stride."""
    options = {} if padding == "valid" else {"padding": padding}
    calls: list[dict[str, Any]] = []
    for rows, columns in _SIDES[kind]:
        for image in ((7, 9), (8, 7, 3), (2, 7, 6, 3)):
            bank = (2, rows, columns, *image[2:][-1:])
            drawn = {"image": integers("cell/image", *image), "filters": integers("cell", *bank)}
            calls.append({**drawn, **options})
    strided = [{**call, "stride": 2} for call in calls] if padding == "valid" else []
    return [*calls, *strided]


def _answers(given: Arguments, dtype: np.dtype[Any]) -> Iterator[Answer]:
    """Yield the right maps; with "same" the wider margin of an even side may be at either end."""
    if given.get("padding", "valid") != "same":
        yield of_sums(exact.conv2d(**given), dtype, bounds.rule_f)
        return
    image, others = given["image"], {n: v for n, v in given.items() if n not in _PADDED}
    of_images = [(0, 0)] * (image.ndim == 4)
    of_channels = [(0, 0)] * (image.ndim > 2)
    sides = np.shape(given["filters"])[1:3]
    ends = ({((side - 1) // 2, side // 2), (side // 2, (side - 1) // 2)} for side in sides)
    for above, beside in product(*ends):
        wide = np.pad(image, [*of_images, above, beside, *of_channels])
        yield of_sums(exact.conv2d(wide, **others), dtype, bounds.rule_f)


_PADDED = ("image", "padding")

CELLS = tuple(
    Cell(
        what="filters",
        kind=kind,
        option=padding,
        usual="square, odd filters",
        holds=partial(_is_of, kind, padding),
        probes=partial(_probes, kind, padding),
        answers=_answers,
    )
    for kind in _SIDES
    for padding in _PADDINGS
)
