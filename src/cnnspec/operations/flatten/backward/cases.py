"""Gradients of flattened maps of given shapes, of distinct numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case, distinct, reals

Array = NDArray[Any]

OPERATION = "flatten_backward"


def gradient_case(name: str, maps: tuple[int, ...], *, data: str = "integers") -> Case:
    """Return the gradient to maps of the given shape; no two numbers that come in are equal."""
    identity = f"{OPERATION}/{name}"
    shape, seed = (*maps[:-3], int(np.prod(maps[-3:]))), f"{identity}/grad"
    grad = distinct(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)
    return Case(identity, OPERATION, {"grad": grad, "maps": distinct(f"{identity}/maps", *maps)})


def hygiene() -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(f"hygiene-{turn}", (2, 3, 4)) for turn in range(3)),
        gradient_case("hygiene-square", (3, 3, 3)),
        gradient_case("hygiene-batch", (3, 2, 3, 2)),
        gradient_case("hygiene-real", (3, 5, 2), data="wide"),
    ]
