"""Gradients of dense layers of given shapes, of seeded numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnspec.declaration.case import Array, Case, integers, reals


def gradient_case(
    operation: str,
    name: str,
    x: Sequence[int],
    nodes: int,
    *,
    rows: bool = False,
    data: str = "integers",
) -> Case:
    """Return a gradient of a layer of ``nodes`` on an input of the given shape, or on its rows."""
    identity = f"{operation}/{name}"
    inputs = x[-1] if rows else int(np.prod(x))

    def draw(part: str, *shape: int) -> Array:
        seed = f"{identity}/{part}"
        return integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)

    arguments: dict[str, Any] = {
        "grad": draw("grad", x[0], nodes) if rows else draw("grad", nodes),
        "x": draw("x", *x),
        "weights": draw("weights", inputs, nodes),
    }
    return Case(identity, operation, arguments)


def hygiene(operation: str) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(operation, f"hygiene-{turn}", (12,), 3) for turn in range(3)),
        gradient_case(operation, "hygiene-maps", (2, 3, 2), 3),
        gradient_case(operation, "hygiene-rows", (4, 5), 3, rows=True),
        gradient_case(operation, "hygiene-real", (20,), 7, data="normal"),
    ]
