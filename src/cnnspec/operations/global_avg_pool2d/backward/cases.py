"""Gradients of means of maps of given shapes, of seeded numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case, distinct, reals

Array = NDArray[Any]

OPERATION = "global_avg_pool2d_backward"


def gradient_case(name: str, maps: tuple[int, ...], *, data: str = "integers") -> Case:
    """Return the gradient to maps of the given shape; no two numbers that come in are equal."""
    identity = f"{OPERATION}/{name}"
    shape, seed = (*maps[:-3], maps[-1]), f"{identity}/grad"
    grad = distinct(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)
    return Case(identity, OPERATION, {"grad": grad, "maps": distinct(f"{identity}/maps", *maps)})


def of_grad(name: str, grad: Array, maps: tuple[int, ...]) -> Case:
    """Return the gradient of given numbers that come in."""
    case = gradient_case(name, maps)
    return Case(case.id, OPERATION, {**case.arguments, "grad": np.asarray(grad, float)})


def hygiene() -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(f"hygiene-{turn}", (4, 4, 5)) for turn in range(3)),
        gradient_case("hygiene-oblong", (2, 8, 3)),
        gradient_case("hygiene-batch", (3, 2, 4, 5)),
        gradient_case("hygiene-real", (5, 7, 6), data="normal"),
    ]
