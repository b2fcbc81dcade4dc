"""Drawn pictures of an operation, as SVG whose numbers are worked out when it is made.

Each brings its own paper, light or dark as its reader prefers, so that it can be read on any page.
They are narrow, for phones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: Pixels of the widest picture, of a cell, and of a line of text.
WIDTH = 440
CELL = 28
LINE = 18

#: Light and dark colours, as the reader prefers.
STYLE = """\
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
                f"<style>\n{STYLE}\n</style>",
                f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{self.height + 11}" rx="6"'
                ' class="paper"/>',
                *self.parts,
                "</svg>\n",
            ]
        )


def window_marks(row: int, column: int, size: int, style: str) -> dict[tuple[int, int], str]:
    """Return the colour of each cell of a window."""
    return {(row + a, column + b): style for a in range(size) for b in range(size)}


def in_rows(numbers: Array) -> str:
    """Return a matrix in words."""
    return "; ".join(" ".join(f"{number:g}" for number in row) for row in numbers)


@dataclass(frozen=True)
class Picture:
    """A picture that an operation's prose shows.

    Attributes
    ----------
    name : str
        The name of its file, and of its slot in the prose.
    draw : callable
        Draws it, from the arguments of a case.
    case : str
        The id of that case, worked by hand; "" if there is none.
    """

    name: str
    draw: Callable[[Mapping[str, Any]], Drawing]
    case: str = ""
