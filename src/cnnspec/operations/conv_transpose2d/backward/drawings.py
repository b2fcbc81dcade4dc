"""The picture of a transposed convolution's gradient to its image."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from cnnspec.declaration.drawing import CELL, Drawing, Picture, in_rows, window_marks
from cnnspec.operations.conv_transpose2d.backward import exact
from cnnspec.operations.conv_transpose2d.geometry import along


def _seen_by_pixels(arguments: Mapping[str, Any]) -> Drawing:
    """Draw grad, the filter as it lay over it for one pixel, and the gradient to the image."""
    grad, kernel = arguments["grad"][:, :, 0], arguments["filters"][0, :, :, 0]
    found = exact.grad_image(**arguments).high[:, :, 0]
    rows, columns = along(arguments)
    at = (1, 0)
    corner = at[0] * rows.stride, at[1] * columns.stride
    size = len(kernel)
    drawing = Drawing(
        "On the way back every pixel sees what its filter lay over",
        f"The incoming gradient {in_rows(grad)}, with stride {rows.stride}, and the filter"
        f" {in_rows(kernel)}: each pixel gets the sum of grad times the filter where it laid it:"
        f" {in_rows(found)}.",
    )
    drawing.captions({14: "grad (5, 5)", 186: "filter (3, 3)", 312: "image's (2, 2)"})
    top = drawing.height + 4
    drawing.grid(14, top, grad, window_marks(*corner, size, "c"))
    drawing.grid(186, top, kernel)
    drawing.grid(312, top, found, {at: "c"}, width=44)
    drawing.height = top + len(grad) * CELL + 4
    seen = grad[corner[0] : corner[0] + size, corner[1] : corner[1] + size]
    terms = " + ".join(
        f"{g:g} * {w:g}" if g >= 0 else f"({g:g}) * {w:g}"
        for g, w in zip(seen.ravel(), kernel.ravel(), strict=True)
        if g and w
    )
    first, *others = wrap(f"[{at[0]}, {at[1]}]: {terms} = {found[at]:g}", 52)
    drawing.line(first, style="n")
    for line in others:
        drawing.line(f"  {line}", style="n")
    drawing.line("the filter is not turned; the stride is the same",
                 style="say soft")  # fmt: skip
    return drawing


#: The pictures of each gradient.
PICTURES = {
    "conv_transpose2d_grad_image": (
        Picture("seen-by-pixels", _seen_by_pixels, "conv_transpose2d_grad_image/four-filters"),
    )
}
