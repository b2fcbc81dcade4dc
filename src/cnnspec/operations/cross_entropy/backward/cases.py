"""Calls of the gradient of the loss to probabilities, none of which is 0."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case, reals

_OPERATION = "cross_entropy_backward"

#: Steps of 1 / STEPS are exact in every dtype, and so are their sums up to 1, in every order.
STEPS = 2**11


def shares(weights: NDArray[Any]) -> NDArray[Any]:
    """Return probabilities near the weights, in whole steps, whose sum is exactly 1.

    Many classes take finer steps, which float32 holds too.
    """
    steps = max(STEPS, 2 ** (len(weights).bit_length() + 2))
    shared = np.maximum(np.floor(weights / weights.sum() * steps), 1)
    shared[np.argmax(shared)] += steps - shared.sum()
    return np.asarray(shared / steps)


def gradient_case(name: str, probabilities: Any, label: Any) -> Case:
    """Return the call on given numbers."""
    given = {"probabilities": np.array(probabilities, np.float64), "label": label}
    return Case(f"{_OPERATION}/{name}", _OPERATION, given)


def drawn(classes: int, label: Any, name: str = "of") -> Case:
    """Return random probabilities of so many classes."""
    weights = np.exp(reals(f"{_OPERATION}-{name}-{classes}", classes))
    return gradient_case(f"{name}-{classes}-at-{label}", shares(weights), label)


def hygiene() -> list[Case]:
    """Return small calls; the first three differ in numbers only."""
    return [
        *(drawn(5, 2, f"hygiene-{turn}") for turn in range(3)),
        *(drawn(5, label, "hygiene-label") for label in (0, 4)),
        drawn(12, 7, "hygiene-of"),
    ]
