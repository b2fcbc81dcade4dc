"""The pictures of the gradients of poolings: windows that overlap, and elements that are equal."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Drawing, Picture, in_rows
from cnnspec.operations.pooling.backward import exact

#: Where the second and the third of three grids begin.
_SECOND, _THIRD = 150, 290
_WIDE = 40


def _overlapping(arguments: Mapping[str, Any]) -> Drawing:
    """Draw what comes in for windows that overlap, of maxima, and of means."""
    maps, grad = arguments["maps"], arguments["grad"]
    options = {name: value for name, value in arguments.items() if name not in ("maps", "grad")}
    plane, incoming = maps[..., 0], grad[..., 0]
    chosen = exact.chosen(grad, maps, np.dtype(float), largest=True, **options).found.high[..., 0]
    means = exact.avg_pool2d_backward(grad, maps, **options).high[..., 0]
    drawing = Drawing(
        "The gradient of windows that overlap",
        f"Windows of 2x2 with stride 1 on the map {in_rows(plane)}; {in_rows(incoming)} comes in."
        f" The middle element is the largest of all four windows: the gradient of the maximum is"
        f" {in_rows(chosen)}, that of the mean {in_rows(means)}.",
    )
    windows = dict(zip(np.ndindex(2, 2), "abcd", strict=True))
    for words, found, marks, remark in (
        ("max", chosen, {(1, 1): "a"}, "9 is the largest of all four windows: it gets the sum"),
        ("mean", means, {}, "a quarter to each element, added up where they overlap"),
    ):
        drawing.captions({14: "maps", _SECOND: "grad", _THIRD: f"to maps: {words}"})
        top = drawing.height + 2
        drawing.grid(14, top, plane, marks)
        drawing.grid(_SECOND, top + CELL / 2, incoming, windows, width=_WIDE)
        drawing.grid(_THIRD, top, found, marks, width=_WIDE)
        drawing.height = top + 3 * CELL + 2
        drawing.line(remark, style="say soft")
        drawing.height += 6
    return drawing


def _equal(arguments: Mapping[str, Any]) -> Drawing:
    """Draw who may get what comes in where two elements are the largest."""
    plane, incoming = arguments["maps"][..., 0], float(arguments["grad"].ravel()[0])
    largest = plane == plane.max()
    first, last = np.zeros(plane.shape), np.zeros(plane.shape)
    places = np.argwhere(largest)
    first[tuple(places[0])] = last[tuple(places[-1])] = incoming
    ways = {
        "the first": first,
        "the last": last,
        "in equal parts": largest * (incoming / largest.sum()),
        "all to each": largest * incoming,
    }
    drawing = Drawing(
        "The gradient of a maximum where elements are equal",
        f"A window {in_rows(plane)}, for which {incoming:g} comes in. Right are"
        f" {in_rows(first)}, {in_rows(last)} and {in_rows(ways['in equal parts'])}; passed, but"
        f" advised against: {in_rows(ways['all to each'])}.",
    )
    marks = {(int(row), int(column)): "a" for row, column in places}
    drawing.line(f"a window, and {incoming:g} that comes in for it", style="n soft")
    drawing.grid(14, drawing.height + 4, plane, marks)
    drawing.height += 4 + len(plane) * CELL + 10
    top = drawing.height + 20
    for number, (words, found) in enumerate(ways.items()):
        x = 14 + number * 106
        drawing.text(x, top - 6, words, style="say soft")
        drawing.grid(x, top, found, marks)
    drawing.height = top + len(plane) * CELL + 4
    drawing.line("three are right; the last is too much: advised", style="say soft")
    return drawing


PICTURES = (
    Picture("pooling-gradient-overlap", _overlapping, "max_pool2d_backward/overlapping"),
    Picture("pooling-gradient-ties", _equal, "max_pool2d_backward/two-equal"),
)
