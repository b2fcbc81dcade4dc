"""The picture of a normalisation: one map, step by step."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Drawing, Picture, in_rows


def _normalised_map(arguments: Mapping[str, Any]) -> Drawing:
    """Draw the first map of a call after each step."""
    x = np.asarray(arguments["maps"], np.float64)[..., 0]
    mean, variance, scale, offset = (
        float(arguments[name][0]) for name in ("mean", "variance", "scale", "offset")
    )
    epsilon = float(arguments["epsilon"])
    deviation = float(np.sqrt(variance + epsilon))
    centred = x - mean
    scaled = centred / deviation * scale
    steps = {
        "map 0": x,
        f"- {mean:g}": centred,
        f"/ {deviation:g}": centred / deviation,
        f"* {scale:g}": scaled,
        f"+ {offset:g}": scaled + offset,
    }
    drawing = Drawing(
        "Batch normalisation of one map, step by step",
        f"The map {in_rows(x)}, less its mean {mean:g}, is {in_rows(centred)}; divided by the root"
        f" of {variance:g} + {epsilon:g}, which is {deviation:g}, {in_rows(centred / deviation)};"
        f" times the scale {scale:g} {in_rows(scaled)}; plus the offset {offset:g}"
        f" {in_rows(scaled + offset)}.",
    )
    drawing.line(
        f"sqrt({variance:g} + {epsilon:g}) = {deviation:g}: epsilon is under the root", style="n"
    )
    top = drawing.height + 6
    width = CELL + 6
    for number, (words, numbers) in enumerate(steps.items()):
        left = 14 + number * 84
        drawing.text(left, top + 14, words, style="n")
        marks = dict.fromkeys(np.ndindex(numbers.shape), "abdcc"[number] if number else "")
        drawing.grid(left, top + 22, numbers, marks, width=width)
    drawing.height = top + 22 + 2 * CELL + 6
    drawing.line("each map has its own mean, variance, scale and offset", style="say soft")
    return drawing


PICTURES = (Picture("normalised-map", _normalised_map, "batch_norm/two-maps"),)
