"""The picture of the dense layer."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Drawing, Picture, in_rows


def _flatten_order(_arguments: Mapping[str, Any]) -> Drawing:
    """Draw where the numbers of two maps stand in the input of a dense layer."""
    rows, columns, _maps = shape = (2, 3, 2)
    places = np.arange(np.prod(shape)).reshape(shape)
    order = [tuple(int(i) for i in np.argwhere(places == n)[0]) for n in range(places.size)]
    drawing = Drawing(
        "The order in which a dense layer reads maps",
        "Two maps of 2x3; each cell holds its place among the 12 inputs: map 0 has"
        f" {in_rows(places[..., 0])}, map 1 has {in_rows(places[..., 1])}. The maps alternate: the"
        " last axis runs fastest.",
    )
    drawing.line(f"x {shape}: each number's place among the inputs", style="soft n")
    top = drawing.height + 4
    for index, style in enumerate("ab"):
        x = 14 + index * 130
        drawing.text(x, top + 14, f"map {index}", style="n")
        marks = dict.fromkeys(np.ndindex(rows, columns), style)
        drawing.grid(x, top + 22, places[..., index], marks)
    drawing.height = top + 22 + rows * CELL + 10
    drawing.line("inputs 0 to 11, the rows of the weights", style="soft n")
    top = drawing.height + 4
    marks = {(0, n): "ab"[place[-1]] for n, place in enumerate(order)}
    drawing.grid(14, top, np.arange(places.size)[np.newaxis], marks, width=34)
    drawing.height = top + CELL + 6
    drawing.line(
        f"{' '.join(str(list(place)).replace(' ', '') for place in order[:4])} ...", style="n"
    )
    drawing.line("[row, column, map]: the last axis runs fastest", style="say soft")
    return drawing


PICTURES = (Picture("flatten-order", _flatten_order),)
