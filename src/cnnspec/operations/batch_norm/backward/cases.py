"""Gradients of normalisations of given shapes, of numbers whose roots are no whole ones."""

from typing import Any

from cnnspec.declaration.case import Case, integers, reals
from cnnspec.operations.batch_norm.cases import parameters


def gradient_case(
    operation: str, name: str, shape: tuple[int, ...], *, real: bool = False, **others: Any
) -> Case:
    """Return a gradient of a layer of whole or real numbers; others are in the place of its."""
    identity = f"{operation}/{name}"
    draw = reals if real else integers
    of_maps = parameters(identity, shape[-1])
    of_maps.pop("offset")
    numbers = {part: draw(f"{identity}/{part}", *shape) for part in ("grad", "maps")}
    return Case(identity, operation, {**numbers, **of_maps, **others})


def hygiene(operation: str, *, has_epsilon: bool) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    more: dict[str, Any] = {"epsilon": 0.5} if has_epsilon else {}
    return [
        *(gradient_case(operation, f"hygiene-{turn}", (4, 3, 2)) for turn in range(3)),
        gradient_case(operation, "hygiene-epsilon", (3, 5, 4), **more),
        gradient_case(operation, "hygiene-batch", (3, 2, 4, 5)),
        gradient_case(operation, "hygiene-real", (5, 4, 3), real=True),
    ]
