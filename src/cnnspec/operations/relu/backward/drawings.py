"""Pictures of a function of each number above its slope."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.case import Array
from cnnspec.declaration.drawing import Drawing, Picture

Function = Callable[[Array], Array]

#: Of both panels: how wide one is, how high, and from where to where numbers run.
_WIDTH, _HEIGHT, _LEFT, _SPAN = 190, 110, 18, 6.0


def slope_picture(
    operation: str, function: Function, slope: Function, span: tuple[float, float], said: str
) -> Picture:
    """Return the picture of a function, and of its slope beside it.

    ``span`` is from where to where their results run, and ``said`` what is to be seen.
    """

    def draw(_arguments: Mapping[str, Any]) -> Drawing:
        x = np.linspace(-_SPAN, _SPAN, 121)
        drawing = Drawing(
            f"{operation} and its slope",
            f"On the left {operation}(x) for x from {-_SPAN:g} to {_SPAN:g}, on the right its"
            f" slope, by which the gradient is multiplied: {said}.",
        )
        top = drawing.height + 34
        for left, words, values in (
            (_LEFT, f"{operation}(x)", function(x)),
            (_LEFT + _WIDTH + 24, "its slope", slope(x)),
        ):
            drawing.text(left, top - 20, words, style="n")
            drawing.parts.append(_panel(left, top, span))
            drawing.parts.append(_curve(left, top, span, x, values))
            for number in (*span, 0.0):
                drawing.text(
                    left + 3, _height(top, span, number) - 3, f"{number:g}", style="soft n"
                )
        drawing.height = top + _HEIGHT + 6
        drawing.line(f"x from {-_SPAN:g} to {_SPAN:g}: {said}", style="say soft")
        return drawing

    return Picture(f"slope-of-{operation.replace('_', '-')}", draw)


def _height(top: float, span: tuple[float, float], value: float) -> float:
    low, high = span
    return top + _HEIGHT * (high - value) / (high - low)


def _panel(left: float, top: float, span: tuple[float, float]) -> str:
    middle, zero = left + _WIDTH / 2, _height(top, span, 0)
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{_WIDTH}" height="{_HEIGHT}" class="cell"/>'
        f'<path d="M{left:g} {zero:.1f}h{_WIDTH}M{middle:g} {top:g}v{_HEIGHT}" class="cell off"/>'
    )


def _curve(left: float, top: float, span: tuple[float, float], x: Array, values: Array) -> str:
    points = " ".join(
        f"{left + _WIDTH * (one + _SPAN) / (2 * _SPAN):.1f},{_height(top, span, value):.1f}"
        for one, value in zip(x, values, strict=True)
        if span[0] <= value <= span[1]
    )
    return f'<polyline points="{points}" class="frame"/>'


PICTURES = (
    slope_picture(
        "relu",
        lambda x: np.maximum(x, 0),
        lambda x: (x > 0).astype(float),
        (-1.0, 3.0),
        "0 below 0, 1 above, none at 0",
    ),
)
