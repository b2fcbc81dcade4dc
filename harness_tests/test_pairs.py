"""Two mistakes that make one answer together are found by what each of them adds, or multiplies."""

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.experiments.investigation import CERTAIN, LIKELY, Investigation
from cnnspec.experiments.laboratory import Asked, Laboratory
from cnnspec.experiments.pairs import matches
from cnnspec.faults import FAULTS
from cnnspec.faults.plain_options import of_plain_options
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Draw
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from harness_tests.helpers import by_turns, implementation

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


def both(first: str, second: str) -> Callable[..., Any]:
    """Return a known mistake that calls another one where it calls the reference."""
    made, called = FAULTS[second].make(), FAULTS[first].make()
    mistaken = inspect.unwrap(made)  # of some options it may be right
    assert isinstance(mistaken, FunctionType)
    known = {**mistaken.__globals__, FAULTS[second].operation: called}
    function = FunctionType(
        mistaken.__code__, known, mistaken.__name__, mistaken.__defaults__, mistaken.__closure__
    )
    function.__kwdefaults__ = mistaken.__kwdefaults__
    return function if mistaken is made else of_plain_options(function, called)


#: Calls that are drawn to find wrong ones.
DRAWN = 10


@by_turns
@pytest.mark.parametrize(
    ("first", "second", "words", "grade"),
    [
        (
            "max_pool2d-first-column-only",
            "max_pool2d-size-and-stride-swapped",
            {"only the first column of each window counts", "size and stride are swapped"},
            CERTAIN,
        ),
        (
            "adapter-conv2d-filters-reshaped",
            "conv2d-stride-for-rows-only",
            {"the filters are reshaped", "the stride is ignored"},
            LIKELY,
        ),
        (
            "conv2d-rounded-to-6-decimals",
            "conv2d-maps-transposed",
            {"rows and columns of the result are swapped", "are rounded to six decimals"},
            CERTAIN,
        ),
        (
            "conv2d-last-filter-missing",
            "conv2d-bias-for-every-weight",
            {"the last map of the result is left at zero", "is added to every product"},
            LIKELY,
        ),
        (
            "adapter-avg_pool2d-maps-reshaped",
            "avg_pool2d-sum",
            {"it takes the sum of each window", "the input is reshaped"},
            CERTAIN,
        ),
    ],
)
def test_two_known_mistakes_are_both_named(
    first: str, second: str, words: set[str], grade: str
) -> None:
    operation = FAULTS[first].operation
    judged = implementation(**{operation: both(first, second)})
    capabilities, simulator, draw = Capabilities(judged), OPERATIONS[operation].simulator, Draw(99)
    assert simulator is not None
    laboratory = Laboratory(operation, capabilities)
    with quiet():
        asked = [laboratory.ask(simulator.draw(draw)) for _ in range(DRAWN)]
        failing = [("a test", one.arguments) for one in asked if one is not None and one.tells]
        finding, *_ = Investigation(operation, capabilities).run(failing, [])
    assert finding.grade == grade
    assert len(finding.words) == len(words) == 2
    for part in words:
        assert any(part in said for said in finding.words), finding.words
