"""The picture of a softmax's derivatives."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, Drawing, Picture, in_rows

#: Of a cell that holds four decimals.
_WIDE = 60


def _derivatives(_arguments: Mapping[str, Any]) -> Drawing:
    """Draw the matrix of derivatives of three probabilities, and what it makes of a gradient."""
    p, grad = np.array([0.5, 0.25, 0.25]), np.array([4.0, 0.0, -4.0])
    matrix = np.diag(p) - np.outer(p, p)
    made = matrix @ grad
    drawing = Drawing(
        "The derivatives of a softmax",
        f"The probabilities {in_rows(p[np.newaxis])} have the matrix of derivatives"
        f" {in_rows(matrix)}: p (1 - p) on its diagonal, minus the product of two elsewhere. Every"
        f" row sums to 0. Times {in_rows(grad[np.newaxis])}, which comes in, it is"
        f" {in_rows(made[np.newaxis])}.",
    )
    drawing.line("the probabilities p of three classes", style="soft n")
    drawing.grid(14, drawing.height + 4, p[np.newaxis], width=_WIDE)
    drawing.height += CELL + 10
    drawing.captions({14: "derivatives of p", 218: "grad", 304: "grad_logits"})
    top = drawing.height + 4
    marks = {(i, j): "a" if i == j else "b" for i in range(3) for j in range(3)}
    drawing.grid(14, top, matrix, marks, width=_WIDE)
    drawing.text(201, top + 1.5 * CELL + 5, "x", style="n")
    drawing.grid(218, top, grad[:, np.newaxis], dict.fromkeys(np.ndindex(3, 1), "c"), width=_WIDE)
    drawing.text(287, top + 1.5 * CELL + 5, "=", style="n")
    drawing.grid(304, top, made[:, np.newaxis], dict.fromkeys(np.ndindex(3, 1), "d"), width=_WIDE)
    drawing.height = top + 3 * CELL + 6
    drawing.line("diagonal p[i] (1 - p[i]), elsewhere -p[i] p[j]", style="n")
    drawing.line(f"sum of p * grad = {float(p @ grad):g}, and p * (grad - {float(p @ grad):g})")
    drawing.line("What one gains, the others lose: not the diagonal alone", style="say soft")
    return drawing


PICTURES = (Picture("softmax-derivatives", _derivatives),)
