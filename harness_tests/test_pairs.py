"""Two mistakes that make one answer together are found by what each of them adds, or multiplies."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.experiments.laboratory import Asked
from cnnspec.experiments.pairs import matches
from cnnspec.simulation.hypothesis import Draw

Array = NDArray[Any]

DUE = Draw(3).reals(4, 5)
ONE, OTHER, THIRD = (Draw(seed).reals(4, 5) for seed in (4, 5, 6))


def found(got: Array, *predictions: Array) -> set[tuple[int, int]]:
    near = np.full(got.shape, 1e-12)
    return set(matches(Asked({}, got, DUE, near, np.full(DUE.shape, 1e-12), True), predictions))


def test_what_two_add_is_matched() -> None:
    assert found(DUE + ONE + OTHER, DUE + ONE, DUE + THIRD, DUE + OTHER) == {(0, 2)}


def test_what_two_change_in_different_places_is_matched() -> None:
    top, bottom = DUE.copy(), DUE.copy()
    top[0], bottom[3] = 9, -9
    both = np.where(np.arange(4)[:, np.newaxis] < 2, top, bottom)
    assert found(both, DUE + ONE, bottom, top) == {(1, 2)}


def test_what_two_multiply_is_matched() -> None:
    assert found(3 * ONE, DUE + THIRD, 3 * DUE, ONE) == {(1, 2)}


def test_what_is_right_already_or_all_that_is_wrong_is_no_half() -> None:
    assert found(DUE + ONE, DUE, DUE + ONE, DUE + THIRD) == set()


def test_answers_of_other_shapes_are_no_halves() -> None:
    assert found(DUE + ONE + OTHER, DUE + ONE, np.zeros((5, 4)), DUE[0] + OTHER[0]) == set()
    assert found(np.zeros((5, 4)), DUE + ONE, DUE + OTHER) == set()


def test_answers_without_numbers_match_nothing() -> None:
    assert found(np.full_like(DUE, np.nan), DUE + ONE, DUE + OTHER) == set()
    assert found(DUE + ONE + OTHER, np.full_like(DUE, np.nan), DUE + OTHER) == set()
