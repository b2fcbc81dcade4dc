"""Gradients of poolings of given shapes, of distinct elements and seeded numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case, distinct, integers, reals
from cnnspec.operations.pooling.window_places import along_axes

Array = NDArray[Any]


def shape_of_grad(given: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the shape of the pooled maps of a call, which the incoming gradient has."""
    shape = np.shape(given["maps"])
    counts = (max(one.number, 0) for one in along_axes(given))
    return (*shape[:-3], *counts, *shape[-1:])


def gradient_case(
    operation: str, name: str, maps: tuple[int, ...], *, data: str = "integers", **options: Any
) -> Case:
    """Return a gradient of maps of the given shape; all of their elements are distinct.

    What comes in are whole numbers, or real ones of a spread; such maps are real, too.
    """
    identity = f"{operation}/{name}"
    whole = data == "integers"
    elements = distinct(f"{identity}/maps", *maps) if whole else reals(f"{identity}/maps", *maps)
    return of_maps(operation, name, elements, data=data, **options)


def of_maps(
    operation: str, name: str, maps: Array, *, data: str = "integers", **options: Any
) -> Case:
    """Return a gradient of given maps."""
    identity = f"{operation}/{name}"
    shape = shape_of_grad({"maps": maps, **options})
    seed = f"{identity}/grad"
    grad = integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)
    return Case(identity, operation, {"grad": grad, "maps": maps, **options})


def hygiene(operation: str) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(operation, f"hygiene-{turn}", (4, 6, 2)) for turn in range(3)),
        gradient_case(operation, "hygiene-batch", (2, 5, 4, 3)),
        gradient_case(operation, "hygiene-overlap", (5, 7, 2), size=3, stride=2),
        gradient_case(operation, "hygiene-padded", (5, 6, 2), size=3, stride=2, padding=1),
        gradient_case(operation, "hygiene-real", (6, 7, 3), size=3, stride=1, data="normal"),
    ]
