"""Gradients of transposed convolutions of given shapes, of seeded numbers."""

from typing import Any

from cnnspec.declaration.case import Array, Case, integers, reals
from cnnspec.operations.conv_transpose2d.backward.parameters import shape_of_maps
from cnnspec.operations.conv_transpose2d.cases import transposed_case


def gradient_case(
    operation: str,
    name: str,
    image: tuple[int, ...],
    count: int,
    size: int | tuple[int, int],
    *,
    data: str = "integers",
    **options: Any,
) -> Case:
    """Return a gradient of such an image's, with filters for ``count`` maps a group."""
    identity = f"{operation}/{name}"
    layer = transposed_case(f"of-{identity}", image, count, size, data=data, **options).arguments
    seed, shape = f"{identity}/grad", shape_of_maps(layer)
    grad: Array = integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)
    return Case(identity, operation, {"grad": grad, **layer})


def hygiene(operation: str) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(operation, f"hygiene-{turn}", (2, 3, 4, 2), 3, 3) for turn in range(3)),
        gradient_case(operation, "hygiene-stride", (3, 2, 1), 2, 3, stride=2),
        gradient_case(operation, "hygiene-padding", (3, 4, 3), 2, 3, padding=1),
        gradient_case(operation, "hygiene-real", (2, 3, 4, 4), 2, 3, data="normal"),
    ]
