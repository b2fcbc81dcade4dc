"""The picture of flattening."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Drawing, Picture, in_rows
from cnnspec.operations.flatten import exact


def _flattened_maps(arguments: Mapping[str, Any]) -> Drawing:
    """Draw two maps, and the vector that they become."""
    maps = np.asarray(arguments["maps"])
    vector = exact.flatten(maps)
    rows, columns, count = maps.shape
    drawing = Drawing(
        "Maps of 2x3 as one vector",
        f"Map 0 holds {in_rows(maps[..., 0])}, map 1 holds {in_rows(maps[..., 1])}. The vector is"
        f" {in_rows(vector[np.newaxis])}: at each place the maps follow one another.",
    )
    drawing.line(f"maps {maps.shape}", style="n soft")
    top = drawing.height + 4
    for k, style in zip(range(count), "ab", strict=True):
        x = 14 + k * 130
        drawing.text(x, top + 14, f"map {k}", style="n")
        marks = dict.fromkeys(np.ndindex(rows, columns), style)
        drawing.grid(x, top + 22, maps[..., k], marks)
    drawing.height = top + 22 + rows * CELL + 10
    drawing.line(f"vector ({vector.size},): place by place, each place map by map", style="n soft")
    top = drawing.height + 4
    marks = {(0, n): "ab"[n % count] for n in range(vector.size)}
    drawing.grid(14, top, vector[np.newaxis], marks, width=34)
    drawing.height = top + CELL + 6
    return drawing


PICTURES = (Picture("flattened-maps", _flattened_maps, "flatten/two-maps"),)
