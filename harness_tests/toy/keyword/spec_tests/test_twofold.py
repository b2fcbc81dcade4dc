"""twofold, a toy."""

from dataclasses import replace

import numpy as np
import pytest

from cnnspec.declaration.case import Case, integers
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, requirement

CASES = [
    Case(f"twofold/{'x'.join(map(str, shape))}", "twofold", {"x": integers("twofold", *shape)})
    for shape in ((5,), (3, 4), (3, 4, 2), (67,), (35, 18, 2), (2, 130, 3))
]
NOTHING = Case("twofold/nothing", "twofold", {"x": np.zeros((3, 0))})


@requirement("TWO-01")
@by_hand("TWO-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TWO-01")
@each([*CASES, *(case.cast("float32") for case in CASES)])
def test_doubles(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TWO-03")
@by_hand("TWO-03")
def test_doubled_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TWO-03")
@each(
    Case(f"twofold/times-{times}", "twofold", {"x": integers("times", 3, 7), "times": times})
    for times in (1, 2, 3)
)
def test_doubles_as_many_times(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TWO-02")
@each(CASES)
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("TWO-02")
def test_results_stay(judge: Judge) -> None:
    judge.keeps_results([Case(f"twofold/turn-{turn}", "twofold", _turn(turn)) for turn in range(3)])


@requirement("TWO-02")
@pytest.mark.parametrize("layout", ["fortran", "strided", "slice"])
@each(CASES[:3])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(replace(case, may_refuse=layout == "slice"), layout)


@requirement("TWO-02")
@each(CASES[:1])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(NOTHING, [case])


@requirement("TWO-04")
@each(CASES[:2])
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


@requirement("TWO-04")
@each([NOTHING])
def test_refusals_are_exceptions(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("TWO-02")
@each(CASES[:1])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


def _turn(turn: int) -> dict[str, np.ndarray]:
    return {"x": integers(f"turn-{turn}", 3, 5)}
