"""Calls of the gradient of the loss of logits."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case, integers, reals

_OPERATION = "softmax_cross_entropy_backward"


def gradient_case(name: str, logits: Any, label: Any) -> Case:
    """Return the call on given numbers."""
    given = {"logits": np.array(logits, np.float64), "label": label}
    return Case(f"{_OPERATION}/{name}", _OPERATION, given)


def batch_case(name: str, logits: Any, labels: Any = None) -> Case:
    """Return a batch; where no labels are given, each row has another one than its neighbours."""
    rows, classes = np.shape(logits)
    if labels is None:
        labels = (np.arange(rows) * 3 + 1) % classes
    return gradient_case(name, logits, np.array(labels, np.int64))


def at_labels(name: str, logits: Any, *labels: int) -> list[Case]:
    """Return the same logits with several labels, by default all."""
    return [gradient_case(f"{name}-{at}", logits, at) for at in labels or range(len(logits))]


def hygiene() -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(gradient_case(f"hygiene-{n}", reals(f"{_OPERATION}-{n}", 5), 2) for n in range(3)),
        gradient_case("hygiene-label", reals(f"{_OPERATION}-0", 5), 4),
        batch_case("hygiene-rows", integers(f"{_OPERATION}-rows", 3, 4)),
        batch_case("hygiene-real", reals(f"{_OPERATION}-real", 5, 3)),
    ]
