"""The pictures of convolution."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, LINE, Array, Drawing, Picture, in_rows, window_marks
from cnnspec.operations.conv2d import exact


def _sliding_window(arguments: Mapping[str, Any]) -> Drawing:
    """Draw the four windows of the 4x4 example, with their sums."""
    image, kernel = arguments["image"], arguments["filters"][0]
    maps = exact.conv2d(**arguments).high[:, :, 0]
    drawing = Drawing(
        "The filter slides over the image",
        f"A 4x4 image ({in_rows(image)}) under a 3x3 filter ({in_rows(kernel)}): four windows"
        f" give the 2x2 map {in_rows(maps)}.",
    )
    drawing.captions({14: "image (4, 4)", 173: "filter (3, 3)", 324: "map (2, 2)"})
    top = drawing.height + 4
    drawing.grid(14, top, image)
    drawing.grid(173, top, kernel)
    styles = iter("abcd")
    marks = {(i, j): next(styles) for i in range(2) for j in range(2)}
    drawing.grid(324, top, maps, marks, width=48)
    drawing.height = top + 4 * CELL + 10
    for i in range(2):
        for j in range(2):
            _one_window(drawing, image, kernel, (i, j), marks[i, j])
        drawing.height += 4 * CELL + 3 * LINE + 8
    drawing.height -= 8
    return drawing


def _one_window(
    drawing: Drawing, image: Array, kernel: Array, place: tuple[int, int], style: str
) -> None:
    """Draw the image with one window, and the sum of its products."""
    i, j = place
    size = len(kernel)
    x, y = 14 + j * 214, drawing.height + 4
    drawing.grid(x, y, image, window_marks(i, j, size, style), frame=(i, j, size))
    products = image[i : i + size, j : j + size] * kernel
    plus, minus = products[products > 0].sum(), -products[products < 0].sum()
    drawing.text(x, y + 4 * CELL + LINE, f"map[{i}, {j}]", style="soft n")
    drawing.text(
        x, y + 4 * CELL + 2 * LINE, f"= {plus:g} - {minus:g} = {plus - minus:g}", style="n"
    )


def _same_padding(arguments: Mapping[str, Any]) -> Drawing:
    """Draw the 4x4 example with zeros around it, and the map of the same size."""
    image = arguments["image"]
    maps = exact.conv2d(**arguments).high[:, :, 0]
    drawing = Drawing(
        'Padding "same": zeros around the image',
        f"The 4x4 image with one zero on every side; the first window begins outside. The map is"
        f" 4x4: {in_rows(maps)}. Its middle is the map without padding.",
    )
    drawing.captions({14: "image (4, 4) in zeros", 230: "map (4, 4)"})
    top = drawing.height + 4
    padded = np.pad(image, 1)
    inside = {(r + 1, c + 1) for r, c in np.ndindex(image.shape)}
    marks = {place: "" if place in inside else "off" for place in np.ndindex(padded.shape)}
    marks |= {
        place: f"{'' if place in inside else 'off '}a" for place in window_marks(0, 0, 3, "a")
    }
    drawing.grid(14, top, padded, marks, frame=(0, 0, 3))
    drawing.grid(230, top + CELL, maps, {(0, 0): "a", **window_marks(1, 1, 2, "b")}, width=48)
    drawing.height = top + 6 * CELL + 4
    drawing.line("blue: the first window and what it gives", style="say soft")
    drawing.line("orange: the map without padding", style="say soft")
    return drawing


def _channels_summed(arguments: Mapping[str, Any]) -> Drawing:
    """Draw two channels, each under its own part of the filter, and their sum."""
    image, kernel = arguments["image"], arguments["filters"][0]
    total = exact.conv2d(**arguments).high[:, :, 0]
    each = [exact.conv2d(image[..., c], kernel[np.newaxis, ..., c]).high[:, :, 0] for c in range(2)]
    drawing = Drawing(
        "Every channel meets its own part of the filter, and the sums are added",
        f"Channel 0 gives {in_rows(each[0])}, channel 1 gives {in_rows(each[1])}; the map is"
        f" {in_rows(total)}.",
    )
    for channel, style in enumerate("ab"):
        drawing.line(f"channel {channel} of image (3, 4, 2) and filter (3, 3, 2)", style="soft n")
        top = drawing.height + 4
        marks = dict.fromkeys(np.ndindex(image.shape[:2]), style)
        drawing.grid(14, top, image[..., channel], marks)
        drawing.text(139, top + 1.5 * CELL + 5, "x", style="n")
        drawing.grid(160, top, kernel[..., channel], marks)
        drawing.text(258, top + 1.5 * CELL + 5, "=", style="n")
        drawing.grid(282, top + CELL, each[channel], marks, width=44)
        drawing.height = top + 3 * CELL + 8
    drawing.line("the map (1, 2, 1): their sum", style="soft n")
    top = drawing.height + 4
    drawing.text(258, top + CELL / 2 + 5, "=", style="n")
    drawing.grid(282, top, total, dict.fromkeys(np.ndindex(total.shape), "c"), width=44)
    drawing.height = top + CELL
    return drawing


def _dilated(arguments: Mapping[str, Any]) -> Drawing:
    """Draw the pixels that a dilated filter meets at its two places."""
    image, kernel, step = arguments["image"], arguments["filters"][0], arguments["dilation"]
    maps = exact.conv2d(**arguments).high[:, :, 0]
    drawing = Drawing(
        "A dilated filter meets pixels that are apart",
        f"With dilation {step}, a 3x3 filter extends over 5 rows and columns, and meets every"
        f" second pixel of them. Its two places give the map {in_rows(maps)}.",
    )
    drawing.captions(
        {14: f"image (5, 6), dilation {step}", 214: "filter (3, 3)", 324: "map (1, 2)"}
    )
    top = drawing.height + 4
    met = {
        (row * step, column * step + place): style
        for place, style in enumerate("ab")
        for row, column in np.ndindex(kernel.shape)
    }
    drawing.grid(14, top, image, met)
    drawing.grid(214, top, kernel)
    drawing.grid(324, top, maps, {(0, 0): "a", (0, 1): "b"}, width=48)
    drawing.height = top + 5 * CELL + 4
    drawing.line("blue: what the first place of the filter meets", style="say soft")
    drawing.line("orange: what the second meets, one column on", style="say soft")
    return drawing


def _grouped(arguments: Mapping[str, Any]) -> Drawing:
    """Draw which channels each map sees of one pixel."""
    image, filters, groups = (arguments[name] for name in ("image", "filters", "groups"))
    maps = exact.conv2d(**arguments).high
    pixel, weights = image[0, 0], filters[:, 0, 0]
    drawing = Drawing(
        "In groups, every map sees its own channels",
        f"A pixel of four channels ({in_rows(pixel[np.newaxis])}) in {groups} groups under four"
        f" 1x1 filters of two weights each: maps {in_rows(maps[0, 0][np.newaxis])}.",
    )
    drawing.captions({14: "pixel (4,)", 150: "filters (4, 1, 1, 2)", 324: "maps (4,)"})
    top, seen = drawing.height + 4, weights.shape[1]
    for k, its in enumerate(weights):
        group = k // (len(weights) // groups)
        style, y = "ab"[group], top + k * (CELL + 6)
        marks = {(0, group * seen + c): style for c in range(seen)}
        drawing.grid(14, y, pixel[np.newaxis], marks)
        drawing.text(132, y + CELL / 2 + 5, "x", style="n")
        drawing.grid(150, y, its[np.newaxis], {(0, c): style for c in range(seen)}, width=36)
        drawing.text(292, y + CELL / 2 + 5, "=", style="n")
        drawing.grid(324, y, maps[0, :1, k : k + 1], {(0, 0): style}, width=48)
    drawing.height = top + len(weights) * (CELL + 6)
    drawing.line("blue: group 0, maps 0 and 1", style="say soft")
    drawing.line("orange: group 1, maps 2 and 3", style="say soft")
    return drawing


PICTURES = (
    Picture("sliding-window", _sliding_window, "conv2d/sobel-vertical-4x4"),
    Picture("same-padding", _same_padding, "conv2d/sobel-vertical-4x4-same"),
    Picture("channels-summed", _channels_summed, "conv2d/two-channels"),
    Picture("dilated-filter", _dilated, "conv2d/dilated-5x6"),
    Picture("channels-in-groups", _grouped, "conv2d/two-groups-of-two-channels"),
)
