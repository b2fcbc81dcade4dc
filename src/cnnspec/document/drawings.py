"""The drawn pictures of the specification, as SVG whose numbers are worked out when it is made.

Each brings its own paper, light or dark as its reader prefers, so that it can be read on any page.
They are narrow, for phones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.hand_computed import hand_computed
from cnnspec.declaration.case import Case
from cnnspec.exact import arithmetic

Array = NDArray[Any]

#: Pixels of the widest picture, of a cell, and of a line of text.
WIDTH = 440
CELL = 28
LINE = 18

#: The folder of the pictures, as the repository has it.
FOLDER = "pictures"

_STYLE = """\
:root { color-scheme: light dark }
.paper { fill: #ffffff; stroke: #d1d9e0 }
.cell { fill: #f6f8fa; stroke: #818b98 }
.off { fill: #ffffff; stroke-dasharray: 3 2 }
.a { fill: #cfe8ff } .b { fill: #ffe3c2 } .c { fill: #d5f2d6 } .d { fill: #ecdcff }
.frame { fill: none; stroke: #0550ae; stroke-width: 2.5 }
text { fill: #1f2328; font: 13px ui-monospace, "DejaVu Sans Mono", monospace }
.say { font-family: system-ui, "DejaVu Sans", sans-serif }
.soft { fill: #59636e }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; stroke: #3d444d }
.cell { fill: #161b22; stroke: #8b949e }
.off { fill: #0d1117 }
.a { fill: #0b3d6e } .b { fill: #5f3a08 } .c { fill: #124a22 } .d { fill: #43266e }
.frame { stroke: #79c0ff }
text { fill: #f0f6fc }
.soft { fill: #a4adb8 }
}"""


@dataclass
class Drawing:
    """A picture that grows downwards.

    ``title`` says what it is, ``description`` tells those who cannot see it what it shows.
    """

    title: str
    description: str
    height: int = 12
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, *, style: str = "say", anchor: str = "") -> None:
        """Write words whose baseline begins at (x, y)."""
        placed = f' text-anchor="{anchor}"' if anchor else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" class="{style}"{placed}>{escape(words)}</text>'
        )

    def line(self, words: str, *, x: float = 14, style: str = "say") -> None:
        """Write a line of text below everything."""
        self.height += LINE
        self.text(x, self.height - 4, words, style=style)

    def captions(self, words: Mapping[int, str]) -> None:
        """Write words beside each other below everything, by where they begin."""
        self.height += LINE
        for x, caption in words.items():
            self.text(x, self.height - 4, caption, style="soft n")

    def grid(
        self,
        x: float,
        y: float,
        numbers: Array,
        marks: Mapping[tuple[int, int], str] | None = None,
        *,
        frame: tuple[int, int, int] | None = None,
        width: int = CELL,
    ) -> None:
        """Draw a matrix; ``marks`` colours cells, ``frame`` is a window: row, column and size."""
        for (row, column), number in np.ndenumerate(numbers):
            left, top = x + column * width, y + row * CELL
            style = f"cell {(marks or {}).get((row, column), '')}".strip()
            self.parts.append(
                f'<rect x="{left:g}" y="{top:g}" width="{width}" height="{CELL}" class="{style}"/>'
            )
            self.text(
                left + width / 2, top + CELL / 2 + 5, f"{number:g}", style="n", anchor="middle"
            )
        if frame:
            row, column, size = frame
            self.parts.append(
                f'<rect x="{x + column * width:g}" y="{y + row * CELL:g}" width="{size * width}"'
                f' height="{size * CELL}" class="frame"/>'
            )

    def svg(self) -> str:
        """Return the picture as a file."""
        size = (
            f'viewBox="0 0 {WIDTH} {self.height + 12}" width="{WIDTH}" height="{self.height + 12}"'
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"'
                ' aria-labelledby="title description">',
                f'<title id="title">{escape(self.title)}</title>',
                f'<desc id="description">{escape(self.description)}</desc>',
                f"<style>\n{_STYLE}\n</style>",
                f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{self.height + 11}" rx="6"'
                ' class="paper"/>',
                *self.parts,
                "</svg>\n",
            ]
        )


def pictures() -> dict[str, Drawing]:
    """Return all pictures by the names of their files."""
    return {f"{name}.svg": draw() for name, draw in _PICTURES.items()}


def as_markdown(name: str) -> str:
    """Return the picture of a name as Markdown shows it."""
    drawing = _PICTURES[name]()
    alt = f"{drawing.title}. {drawing.description}"
    return f'<img src="{FOLDER}/{name}.svg" width="{WIDTH}" alt="{escape(alt)}">'


# --- the pictures ----------------------------------------------------------------------------


def _case(identity: str) -> Case:
    return next(known.case for known in hand_computed() if known.case.id == identity)


def _window(row: int, column: int, size: int, style: str) -> dict[tuple[int, int], str]:
    return {(row + a, column + b): style for a in range(size) for b in range(size)}


def _rows(numbers: Array) -> str:
    """Return a matrix in words."""
    return "; ".join(" ".join(f"{number:g}" for number in row) for row in numbers)


def sliding_window() -> Drawing:
    """Draw the four windows of the 4x4 example, with their sums."""
    arguments = _case("conv2d/sobel-vertical-4x4").arguments
    image, kernel = arguments["image"], arguments["filters"][0]
    maps = arithmetic.conv2d(**arguments).high[:, :, 0]
    drawing = Drawing(
        "The filter slides over the image",
        f"A 4x4 image ({_rows(image)}) under a 3x3 filter ({_rows(kernel)}): four windows give the"
        f" 2x2 map {_rows(maps)}.",
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
    drawing.grid(x, y, image, _window(i, j, size, style), frame=(i, j, size))
    products = image[i : i + size, j : j + size] * kernel
    plus, minus = products[products > 0].sum(), -products[products < 0].sum()
    drawing.text(x, y + 4 * CELL + LINE, f"map[{i}, {j}]", style="soft n")
    drawing.text(
        x, y + 4 * CELL + 2 * LINE, f"= {plus:g} - {minus:g} = {plus - minus:g}", style="n"
    )


def pooling_windows() -> Drawing:
    """Draw windows side by side, with what is left over, and windows that overlap."""
    maps = _case("max_pool2d/5x5").arguments["maps"]
    apart, lapping = (
        arithmetic.max_pool2d(maps, 2, 2)[:, :, 0],
        arithmetic.max_pool2d(maps, 3, 2)[:, :, 0],
    )
    drawing = Drawing(
        "Windows of max-pooling on a 5x5 map",
        f"With size 2 and stride 2 the map {_rows(maps[:, :, 0])} gives {_rows(apart)}; its last"
        f" row and column are in no window. With size 3 and stride 2 it gives {_rows(lapping)}; the"
        " windows overlap in the middle row and column.",
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
        marks |= _window(2 * i, 2 * j, size, style)
    drawing.grid(14, top, numbers, marks)
    for i, j in styles if size > 2 else ():
        frame = (2 * i, 2 * j, size)
        drawing.grid(14, top, np.zeros((0, 0)), frame=frame)
    drawing.text(180, top + 2.5 * CELL + 5, "max", style="n soft")
    drawing.grid(230, top + 1.5 * CELL, pooled, styles, width=40)
    drawing.height = top + 5 * CELL + 6


def same_padding() -> Drawing:
    """Draw the 4x4 example with zeros around it, and the map of the same size."""
    arguments = _case("conv2d/sobel-vertical-4x4-same").arguments
    image = arguments["image"]
    maps = arithmetic.conv2d(**arguments).high[:, :, 0]
    drawing = Drawing(
        'Padding "same": zeros around the image',
        f"The 4x4 image with one zero on every side; the first window begins outside. The map is"
        f" 4x4: {_rows(maps)}. Its middle is the map without padding.",
    )
    drawing.captions({14: "image (4, 4) in zeros", 230: "map (4, 4)"})
    top = drawing.height + 4
    padded = np.pad(image, 1)
    inside = {(r + 1, c + 1) for r, c in np.ndindex(image.shape)}
    marks = {place: "" if place in inside else "off" for place in np.ndindex(padded.shape)}
    marks |= {place: f"{'' if place in inside else 'off '}a" for place in _window(0, 0, 3, "a")}
    drawing.grid(14, top, padded, marks, frame=(0, 0, 3))
    drawing.grid(230, top + CELL, maps, {(0, 0): "a", **_window(1, 1, 2, "b")}, width=48)
    drawing.height = top + 6 * CELL + 4
    drawing.line("blue: the first window and what it gives", style="say soft")
    drawing.line("orange: the map without padding", style="say soft")
    return drawing


def channels_summed() -> Drawing:
    """Draw two channels, each under its own part of the filter, and their sum."""
    arguments = _case("conv2d/two-channels").arguments
    image, kernel = arguments["image"], arguments["filters"][0]
    total = arithmetic.conv2d(**arguments).high[:, :, 0]
    each = [
        arithmetic.conv2d(image[..., c], kernel[np.newaxis, ..., c]).high[:, :, 0] for c in range(2)
    ]
    drawing = Drawing(
        "Every channel meets its own part of the filter, and the sums are added",
        f"Channel 0 gives {_rows(each[0])}, channel 1 gives {_rows(each[1])}; the map is"
        f" {_rows(total)}.",
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


def flatten_order() -> Drawing:
    """Draw where the numbers of two maps stand in the input of a dense layer."""
    rows, columns, _maps = shape = (2, 3, 2)
    places = np.arange(np.prod(shape)).reshape(shape)
    order = [tuple(int(i) for i in np.argwhere(places == n)[0]) for n in range(places.size)]
    drawing = Drawing(
        "The order in which a dense layer reads maps",
        "Two maps of 2x3; each cell holds its place among the 12 inputs: map 0 has"
        f" {_rows(places[..., 0])}, map 1 has {_rows(places[..., 1])}. The maps alternate: the last"
        " axis runs fastest.",
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


_PICTURES: dict[str, Callable[[], Drawing]] = {
    "sliding-window": sliding_window,
    "same-padding": same_padding,
    "channels-summed": channels_summed,
    "pooling-windows": pooling_windows,
    "flatten-order": flatten_order,
}

#: The names of the pictures.
NAMES = tuple(_PICTURES)
