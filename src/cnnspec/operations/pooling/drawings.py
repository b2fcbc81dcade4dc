"""The pictures of pooling."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Array, Drawing, Picture, in_rows, window_marks
from cnnspec.operations.pooling import exact
from cnnspec.operations.pooling.window_places import along_axes


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


def _cut_windows(arguments: Mapping[str, Any]) -> Drawing:
    """Draw what counts of each window of a row: its elements, the padding, and nothing beyond."""
    given = {name: value for name, value in arguments.items() if name != "count_include_pad"}
    _, along = along_axes(given)
    row = arguments["maps"][0, :, 0]
    counted, inside = (
        exact.avg_pool2d(**given, count_include_pad=flag).high[0, :, 0] for flag in (True, False)
    )
    drawing = Drawing(
        "Windows in the padding and beyond it",
        f"The row {in_rows(row[np.newaxis])} with one place of padding before and behind it, in"
        f" windows of {along.size} with stride {along.stride} and ceil_mode. The means are"
        f" {in_rows(counted[np.newaxis])} with the padding and {in_rows(inside[np.newaxis])}"
        " without it; the last window reaches two places beyond, which never count.",
    )
    drawing.line(f"size {along.size}, stride {along.stride}, padding 1, ceil_mode", style="n")
    beyond = along.behind - along.padding
    padded = np.concatenate([[0.0], row, [0.0]])[np.newaxis]
    for number, style in enumerate("abc"):
        drawing.height += 12
        places = along.places()[number] + along.padding
        marks = {(0, 0): "off", (0, padded.size - 1): "off"}
        marks |= {(0, int(place)): style for place in places if place < padded.size}
        drawing.grid(14, drawing.height, padded, marks)
        for place in range(padded.size, padded.size + beyond):
            drawing.text(14 + (place + 0.5) * CELL, drawing.height + CELL / 2 + 5, "-",
                         style="n soft", anchor="middle")  # fmt: skip
        drawing.text(310, drawing.height + CELL / 2 + 5,
                     f"{counted[number]:g} or {inside[number]:g}", style="n")  # fmt: skip
        drawing.height += CELL
    drawing.height += 4
    drawing.line("the mean with the padding, or without it", style="say soft")
    drawing.line("dashed: the padding; -: beyond it, where nothing counts", style="say soft")
    return drawing


PICTURES = (
    Picture("pooling-windows", _pooling_windows, "max_pool2d/5x5"),
    Picture("pooling-cut-windows", _cut_windows, "avg_pool2d/cut-off-in-the-padding-counted"),
)
