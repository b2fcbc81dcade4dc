"""The picture of pooling."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Array, Drawing, Picture, in_rows, window_marks
from cnnspec.operations.pooling import exact


def _pooling_windows(arguments: Mapping[str, Any]) -> Drawing:
    """Draw windows side by side, with what is left over, and windows that overlap."""
    maps = arguments["maps"]
    apart, lapping = (
        exact.max_pool2d(maps, 2, 2)[:, :, 0],
        exact.max_pool2d(maps, 3, 2)[:, :, 0],
    )
    drawing = Drawing(
        "Windows of max-pooling on a 5x5 map",
        f"With size 2 and stride 2 the map {in_rows(maps[:, :, 0])} gives {in_rows(apart)}; its"
        " last row and column are in no window. With size 3 and stride 2 it gives"
        f" {in_rows(lapping)}; the windows overlap in the middle row and column.",
    )
    _pooled(
        drawing,
        maps[:, :, 0],
        2,
        apart,
        "size 2, stride 2",
        "the last row and column are left over",
    )
    drawing.height += 8
    _pooled(
        drawing,
        maps[:, :, 0],
        3,
        lapping,
        "size 3, stride 2",
        "the middle row and column count twice",
    )
    return drawing


def _pooled(
    drawing: Drawing, numbers: Array, size: int, pooled: Array, options: str, remark: str
) -> None:
    drawing.line(f"{options}: (5 - {size}) // 2 + 1 = {len(pooled)}", style="n")
    drawing.line(remark, style="say soft")
    top = drawing.height + 4
    styles = dict(zip(np.ndindex(2, 2), "abcd", strict=True))
    marks = dict.fromkeys(np.ndindex(numbers.shape), "off")
    for (i, j), style in styles.items():
        marks |= window_marks(2 * i, 2 * j, size, style)
    drawing.grid(14, top, numbers, marks)
    for i, j in styles if size > 2 else ():
        frame = (2 * i, 2 * j, size)
        drawing.grid(14, top, np.zeros((0, 0)), frame=frame)
    drawing.text(180, top + 2.5 * CELL + 5, "max", style="n soft")
    drawing.grid(230, top + 1.5 * CELL, pooled, styles, width=40)
    drawing.height = top + 5 * CELL + 6


PICTURES = (Picture("pooling-windows", _pooling_windows, "max_pool2d/5x5"),)
