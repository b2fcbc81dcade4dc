"""The picture of a transposed convolution."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, LINE, Array, Drawing, Picture, in_rows, window_marks
from cnnspec.operations.conv_transpose2d import exact
from cnnspec.operations.conv_transpose2d.geometry import along


def _laid_filters(arguments: Mapping[str, Any]) -> Drawing:
    """Draw the filter as each pixel lays it down, and the map that is their sum."""
    image, kernel = arguments["image"][:, :, 0], arguments["filters"][0, :, :, 0]
    maps = exact.conv_transpose2d(**arguments).high[:, :, 0]
    rows, columns = along(arguments)
    size = len(kernel)
    drawing = Drawing(
        "Every pixel lays the filter down, and what overlaps is added",
        f"A 2x2 image ({in_rows(image)}) and a 3x3 filter ({in_rows(kernel)}): four filters, each"
        f" times its pixel, two rows and columns apart, give the 5x5 map {in_rows(maps)}.",
    )
    drawing.captions({14: "image (2, 2)", 150: "filter (3, 3)"})
    top = drawing.height + 4
    styles = iter("abcd")
    marks = {(i, j): next(styles) for i in range(2) for j in range(2)}
    drawing.grid(14, top, image, marks)
    drawing.grid(150, top, kernel)
    drawing.height = top + size * CELL + 12
    for i in range(2):
        for j in range(2):
            laid = _laid(image[i, j] * kernel, (i * rows.stride, j * columns.stride), maps)
            at = window_marks(i * rows.stride, j * columns.stride, size, marks[i, j])
            x, y = 14 + j * 214, drawing.height + 4
            drawing.text(x, y + LINE - 4, f"{image[i, j]:g} * filter", style="soft n")
            drawing.grid(x, y + LINE, laid, at, frame=(i * rows.stride, j * columns.stride, size))
        drawing.height += len(maps) * CELL + 2 * LINE + 8
    drawing.line("the map (5, 5): their sum", style="soft n")
    top = drawing.height + 4
    drawing.grid(14, top, maps, {(2, 2): "c"})
    drawing.height = top + len(maps) * CELL
    return drawing


def _laid(values: Array, corner: tuple[int, int], maps: Array) -> Array:
    """Return a map of zeros on which a filter lies."""
    alone = np.zeros_like(maps)
    i, j = corner
    alone[i : i + len(values), j : j + len(values)] = values
    return alone


PICTURES = (Picture("laid-filters", _laid_filters, "conv_transpose2d/four-filters"),)
