"""Patterns of maps: shifted, made of other windows."""

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.symptoms import Found
from cnnspec.diagnosis.difference import ENOUGH, Difference

Floats = NDArray[np.float64]

#: Rows and columns by which a result is tried to be shifted.
_FARTHEST = 3


def moved(of: Difference) -> Found:
    """Find a result that lies elsewhere than it should, beside what fills its border."""
    if not of.has_maps:
        return
    rows, columns = of.got.shape[-3:-1]
    steps = range(-_FARTHEST, _FARTHEST + 1)
    for down, right in sorted(product(steps, steps), key=lambda step: abs(step[0]) + abs(step[1])):
        height, width = rows - abs(down), columns - abs(right)
        if (down, right) == (0, 0) or min(height, width) < 1 or height * width < ENOUGH:
            continue
        here = _part(of.got, max(-down, 0), max(-right, 0), height, width)
        there = _part(of.expected, max(down, 0), max(right, 0), height, width)
        if np.ptp(there) > 0 and _alike(here, there):
            yield (
                "shifted",
                f"the values are shifted by ({down}, {right}): result[i, j] is what belongs at"
                f" [i + {down}, j + {right}]",
                "let the first window start at row 0 and column 0",
            )
            return


def _alike(one: Floats, other: Floats) -> bool:
    """Return whether numbers are the same but for rounding, however small all of them are."""
    largest = float(np.abs(other).max(initial=0))
    return np.allclose(one, other, rtol=1e-6, atol=1e-9 * largest)


def _part(maps: Floats, top: int, left: int, height: int, width: int) -> Floats:
    return maps[..., top : top + height, left : left + width, :]


def windows_elsewhere(of: Difference) -> Found:
    """Find windows that start, or go on, where they should not."""
    if not np.ptp(of.expected):
        return
    case = of.error.case
    for said, arguments in of.symptoms.other_windows(case.arguments):
        moved = replace(case, arguments=arguments)
        rows, columns = of.got.shape[-3:-1]
        there = exact_answer(moved, of.got.dtype, "componentwise").high[..., :rows, :columns, :]
        here = of.got[..., : there.shape[-3], : there.shape[-2], :]
        differs = not _alike(there, of.expected[..., : there.shape[-3], : there.shape[-2], :])
        if there.size >= ENOUGH and differs and _alike(here, there):
            remedy = "window (i, j) starts at row i * stride and column j * stride"
            yield "windows elsewhere", said, remedy
            return
