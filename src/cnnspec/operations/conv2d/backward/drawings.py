"""The pictures of a convolution's gradients."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, LINE, Drawing, Picture, in_rows, window_marks
from cnnspec.operations.conv2d.backward import exact

#: Cells in which products are written are wider.
_WIDE = 36


def _through_windows(arguments: Mapping[str, Any]) -> Drawing:
    """Draw what each of the four windows of the 4x4 example gets, and their sum."""
    grad, kernel = arguments["grad"][:, :, 0], arguments["filters"][0]
    total = exact.grad_image(**arguments).high
    drawing = Drawing(
        "How a gradient flows back through the windows",
        f"The incoming gradient {in_rows(grad)} and the filter {in_rows(kernel)}: every window gets"
        f" the filter, times its element. Where windows overlap, that is added: {in_rows(total)}.",
    )
    drawing.captions({14: "grad (2, 2)", 173: "filter (3, 3)"})
    top = drawing.height + 4
    styles = dict(zip(np.ndindex(grad.shape), "abcd", strict=True))
    drawing.grid(14, top, grad, styles, width=_WIDE)
    drawing.grid(173, top, kernel)
    drawing.height = top + 3 * CELL + 10
    size = len(kernel)
    for i in range(2):
        y = drawing.height + 4
        for j in range(2):
            x = 14 + j * 214
            got = np.zeros(total.shape)
            got[i : i + size, j : j + size] = grad[i, j] * kernel + 0.0  # no negative zeros
            marks = dict.fromkeys(np.ndindex(got.shape), "off")
            marks |= window_marks(i, j, size, styles[i, j])
            drawing.grid(x, y, got, marks, width=_WIDE)
            said = f"[{i}, {j}]: {grad[i, j]:g} times filter"
            drawing.text(x, y + 4 * CELL + LINE, said, style="soft")
        drawing.height = y + 4 * CELL + LINE + 12
    drawing.line("their sum: the gradient to the image (4, 4)", style="soft n")
    y = drawing.height + 4
    drawing.grid(14, y, total, window_marks(1, 1, 2, "c"), width=_WIDE)
    drawing.height = y + 4 * CELL + 4
    drawing.line("green: pixels that all four windows hold", style="say soft")
    return drawing


def _of_a_weight(arguments: Mapping[str, Any]) -> Drawing:
    """Draw the pixels that one weight of the 4x4 example lay over, and what it gets of them."""
    grad, image = arguments["grad"][:, :, 0], arguments["image"]
    found = exact.grad_filters(**arguments).high[0]
    seen = image[: len(grad), : len(grad)]
    drawing = Drawing(
        "The gradient to a weight: the pixels that it lay over, times grad",
        f"In four windows the first weight lay over the pixels {in_rows(seen)}. Times grad"
        f" {in_rows(grad)} and added up, they give {found[0, 0]:g}. All weights: {in_rows(found)}.",
    )
    drawing.captions({14: "image (4, 4)", 173: "grad (2, 2)", 282: "to the filter (3, 3)"})
    top = drawing.height + 4
    styles = dict(zip(np.ndindex(grad.shape), "abcd", strict=True))
    drawing.grid(14, top, image, styles)
    drawing.grid(173, top, grad, styles, width=_WIDE)
    drawing.grid(282, top, found, {(0, 0): "a"}, width=44)
    drawing.height = top + 4 * CELL + 4
    terms = " + ".join(
        f"{grad[at]:g} * {image[at]:g}" if grad[at] >= 0 else f"({grad[at]:g}) * {image[at]:g}"
        for at in np.ndindex(grad.shape)
    )
    drawing.line(f"[0, 0]: {terms} = {found[0, 0]:g}", style="n")
    drawing.line("[a, b]: of the pixels a rows and b columns further on", style="say soft")
    return drawing


#: The pictures of each gradient.
PICTURES = {
    case.partition("/")[0]: (Picture(name, draw, case),)
    for name, draw, case in (
        ("gradient-through-windows", _through_windows, "conv2d_grad_image/sobel-vertical-4x4"),
        ("gradient-of-a-weight", _of_a_weight, "conv2d_grad_filters/sobel-vertical-4x4"),
    )
}
