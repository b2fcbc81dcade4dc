"""Losses that insist on probabilities: these sum to 1, or are refused, or are made to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, implementation

Loss = Callable[[Any, int], Any]


def of_class(p: Any, label: int) -> Any:
    return reference.cross_entropy(p, label)


def strict(p: Any, label: int) -> Any:
    """Refuse what does not sum to 1."""
    if abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"the probabilities sum to {p.sum()}")
    return of_class(p, label)


def very_strict(p: Any, label: int) -> Any:
    """Refuse what does not sum to 1 up to the last bits, summed up in turn."""
    total = p.dtype.type(0)
    for one in p:
        total = total + one
    if abs(total - 1) > np.finfo(p.dtype).eps:
        raise ValueError(f"the probabilities sum to {total}")
    return of_class(p, label)


def normalising(p: Any, label: int) -> Any:
    return of_class(p / p.sum(), label)


def asserting(p: Any, label: int) -> Any:
    """Refuse what is no probability."""
    assert (p >= 0).all()
    assert (p <= 1).all()
    return of_class(p, label)


def of_logits(p: Any, label: int) -> Any:
    return of_class(reference.softmax(p), label)


def strict_but_base_2(p: Any, label: int) -> Any:
    return strict(p, label) / np.log(2)


def clipping_and_normalising(p: Any, label: int) -> Any:
    return normalising(np.clip(p, 1e-7, 1), label)


def normalising_by_another_sum(p: Any, label: int) -> Any:
    return of_class(p / p[:-1].sum(), label)


def judged(loss: Loss) -> dict[str, Any]:
    return check(implementation(cross_entropy=loss), modules=["test_cross_entropy", "test_network"])


@pytest.mark.parametrize("right", [strict, very_strict, normalising, asserting])
def test_losses_of_probabilities_conform(right: Loss) -> None:
    report = judged(right)
    failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    assert report["verdict"] == "conforms", failed


@pytest.mark.parametrize(
    "wrong", [of_logits, strict_but_base_2, clipping_and_normalising, normalising_by_another_sum]
)
@by_turns
def test_other_losses_do_not(wrong: Loss) -> None:
    assert judged(wrong)["verdict"] == "does not conform"
