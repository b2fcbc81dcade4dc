"""softmax_backward: the gradient of softmax to its logits."""

from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.declaration.case import Case, integers
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_spoilt, for_all, requirement
from cnnspec.operations.softmax.backward import cases
from cnnspec.operations.softmax.backward.combinations import COMBINATIONS

Array = NDArray[Any]

NAME = "softmax_backward"


def case_of(name: str, grad: Any, logits: Any) -> Case:
    return cases.gradient_case(NAME, name, grad, logits)


def drawn(name: str, *shape: int, **how: float) -> Case:
    return cases.drawn(NAME, name, *shape, **how)


@requirement("SOFTMAXGRAD-01")
@by_hand("SOFTMAXGRAD-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-01")
@each(cases.plain(NAME))
def test_what_one_gains_the_others_lose(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-02")
@by_hand("SOFTMAXGRAD-02")
def test_no_overflow_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-02")
@each(cases.large(NAME))
def test_no_overflow(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- relations -------------------------------------------------------------------------------


@requirement("SOFTMAXGRAD-03")
@by_hand("SOFTMAXGRAD-03")
def test_the_same_for_all_changes_nothing_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-03")
@for_all(seed=st.integers(0, 10**6).map(str), classes=st.integers(1, 8))
def test_sums_to_0(judge: Judge, seed: str, classes: int) -> None:
    case = drawn(f"drawn-sum-{seed}", classes, scale=2.0)
    got = judge.value(case)
    allowed = float(judge.allowed(case, got).sum()) + 1e-15 * float(np.abs(got).sum())
    total = float(got.astype(np.float64).sum())
    judge.holds(
        case,
        abs(total) <= allowed,
        f"the gradient of a row sums to {total!r}, not to 0: bound {allowed:.3g}",
        got,
    )


@requirement("SOFTMAXGRAD-03")
@for_all(
    seed=st.integers(0, 10**6).map(str),
    classes=st.integers(1, 8),
    shift=st.sampled_from([-1000.0, -3.0, 64.0, 2000.0]),
)
def test_a_shift_changes_nothing(judge: Judge, seed: str, classes: int, shift: float) -> None:
    logits, grad = integers(f"shift-{seed}", classes), integers(f"shift-grad-{seed}", classes)
    case = case_of(f"drawn-{seed}-{classes}", grad, logits)
    for name, moved in (
        ("logits", case_of(f"{case.id}-logits-{shift}", grad, logits + shift)),
        ("numbers that come in", case_of(f"{case.id}-grad-{shift}", grad + shift, logits)),
    ):
        got, expected = judge.value(moved), judge.value(case).astype(float)
        allowed = judge.allowed(case, got) + judge.allowed(moved, got)
        why = f"adding {shift} to all {name} changes the result"
        judge.same(moved, got, expected, allowed, why)


# --- rows and classes ------------------------------------------------------------------------


@requirement("SOFTMAXGRAD-04")
@by_hand("SOFTMAXGRAD-04")
def test_rows_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-04")
@each(cases.of_rows(NAME))
def test_every_row_by_itself(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-05")
@each(cases.of_sizes(NAME))
def test_any_number_of_classes(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-06")
@each(cases.of_spreads(NAME))
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- special values --------------------------------------------------------------------------


@requirement("SOFTMAXGRAD-07")
@each(cases.masked(NAME))
def test_minus_infinity_is_as_if_it_were_absent(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAXGRAD-08")
@each_spoilt(cases.spoilt(NAME))
def test_a_spoilt_row_leaves_the_others(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    case, clean, where = beside
    judge.correct_beside(case, clean, where)


@requirement("SOFTMAXGRAD-09")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_two_choices_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, NAME))
