"""Pairs of mistakes that together give one wrong answer, found without trying each pair.

Where two mistakes act on different terms of a sum, or on different numbers, what each of them adds
to the right answer sums up to what is wrong; where one of them is a factor, they multiply.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cnnspec.experiments.laboratory import Asked

Array = NDArray[np.float64]

#: By how much of the weighted tolerances sums may miss, and the least tolerance.
_MISSED, _LEAST = 4.0, 1e-9


def matches(asked: Asked, predictions: Sequence[Array]) -> Iterator[tuple[int, int]]:
    """Return the places of predictions of which two may make an answer together.

    What each adds to the right answer, or by what it multiplies it, is weighted into one number, so
    that they are matched as numbers are.
    """
    got, due, near = asked.got, asked.due, asked.near
    if got.shape != due.shape or not got.size:
        return
    weights = np.random.RandomState(got.size % 1000).uniform(1, 2, got.shape)
    there = (got != 0) & (due != 0) & np.isfinite(got) & np.isfinite(due)

    def added(answer: Array) -> float:
        return float((weights * (answer - due)).sum()) if answer.shape == due.shape else np.nan

    def multiplied(answer: Array) -> float:
        if answer.shape != due.shape:
            return np.nan
        return float((weights[there] * np.log(np.abs(answer[there] / due[there]))).sum())

    with np.errstate(all="ignore"):
        within = _MISSED * float((weights * near).sum())
        yield from _summing(np.array([*map(added, predictions)]), added(got), within)
        relative = (near[there] / np.abs(got[there])) * weights[there]
        within = _MISSED * float(relative.sum()) + _LEAST
        yield from _summing(np.array([*map(multiplied, predictions)]), multiplied(got), within)


def may_give(asked: Asked, one: Array, other: Array) -> bool:
    """Return whether two mistakes may give an answer together, by what each gives alone.

    The shape that one of them leaves as it is due is the other's, and what both leave is right.
    """
    got, due = asked.got, asked.due
    shapes = {one.shape, other.shape}
    if due.shape in shapes and got.shape not in (shapes - {due.shape} or shapes):
        return False
    if not got.shape == due.shape == one.shape == other.shape:
        return True
    with np.errstate(invalid="ignore"):
        left = (np.abs(one - due) <= asked.allowed) & (np.abs(other - due) <= asked.allowed)
        return not (left & (np.abs(got - due) > asked.allowed)).any()


def _summing(numbers: Array, whole: float, within: float) -> Iterator[tuple[int, int]]:
    """Return the places of two numbers that sum to a whole, neither of which is nothing or all."""
    with np.errstate(invalid="ignore"):
        acts = (
            np.isfinite(numbers) & (np.abs(numbers) > within) & (np.abs(numbers - whole) > within)
        )
    if not np.isfinite(whole) or not np.isfinite(within):
        return
    places = np.flatnonzero(acts)
    places = places[np.argsort(numbers[places], kind="stable")]
    ordered = numbers[places]
    low = np.searchsorted(ordered, whole - numbers[places] - within)
    high = np.searchsorted(ordered, whole - numbers[places] + within, side="right")
    for place, start, stop in zip(places, low, high, strict=True):
        for other in places[start:stop]:
            if place < other:
                yield int(place), int(other)
