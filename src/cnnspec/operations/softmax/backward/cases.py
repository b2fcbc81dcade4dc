"""Calls of gradients to logits: an incoming gradient, and logits."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case, integers, reals


def gradient_case(operation: str, name: str, grad: Any, logits: Any) -> Case:
    """Return the call on given numbers, in float64."""
    given = {"grad": np.array(grad, np.float64), "logits": np.array(logits, np.float64)}
    return Case(f"{operation}/{name}", operation, given)


def drawn(operation: str, name: str, *shape: int, scale: float = 1.0, shift: float = 0.0) -> Case:
    """Return a call on whole numbers for an incoming gradient and on real logits."""
    logits = scale * reals(f"{operation}/{name}/logits", *shape) + shift
    return gradient_case(operation, name, integers(f"{operation}/{name}", *shape), logits)


def hygiene(operation: str) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(drawn(operation, f"hygiene-{turn}", 5) for turn in range(3)),
        drawn(operation, "hygiene-rows", 3, 4),
        drawn(operation, "hygiene-cube", 2, 3, 4),
        gradient_case(operation, "hygiene-real", reals("hygiene-grad", 20), reals("hygiene", 20)),
    ]


def shape_of_logits(given: Any) -> tuple[int, ...]:
    """Return the shape that a gradient to logits has."""
    return np.shape(given["logits"])


def probes() -> dict[int, list[dict[str, Any]]]:
    """Return small calls; square ones too, on which sums along the wrong axis do not raise."""
    found: dict[int, list[dict[str, Any]]] = {}
    for shape in ((3,), (2, 3), (3, 3), (2, 2, 3), (3, 3, 3)):
        numbers = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
        found.setdefault(len(shape), []).append({"grad": numbers**2 % 7 - 2, "logits": numbers % 5})
    return found
