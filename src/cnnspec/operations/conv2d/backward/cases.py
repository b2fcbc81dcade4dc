"""Gradients of convolutions of given shapes, of seeded numbers."""

from collections.abc import Mapping
from typing import Any

from cnnspec.declaration.case import Array, Case, integers, reals
from cnnspec.operations.conv2d.backward.parameters import shape_of_maps
from cnnspec.operations.conv2d.cases import conv2d_case


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
    """Return a gradient of a convolution of such an image with ``count`` filters of ``size``."""
    identity = f"{operation}/{name}"
    layer = conv2d_case(f"of-{identity}", image, count, size, data=data, **options)
    return of_layer(operation, name, layer.arguments, data=data)


def of_layer(
    operation: str, name: str, layer: Mapping[str, Any], *, data: str = "integers"
) -> Case:
    """Return a gradient of a call of the layer."""
    identity, shape = f"{operation}/{name}", shape_of_maps(layer)
    seed = f"{identity}/grad"
    grad: Array = integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)
    return Case(identity, operation, {"grad": grad, **layer})


def hygiene(operation: str) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(operation, f"hygiene-{turn}", (2, 5, 6, 2), 3, 3) for turn in range(3)),
        gradient_case(operation, "hygiene-gray", (6, 5), 2, 3, stride=2),
        gradient_case(operation, "hygiene-colour", (5, 7, 3), 2, 3, padding="same"),
        gradient_case(operation, "hygiene-real", (2, 6, 7, 2), 4, 3, data="normal"),
    ]
