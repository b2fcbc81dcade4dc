"""What all gradients have in common: linear in the incoming one, and good manners."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from cnnspec.cases.sequences import long_run, widening
from cnnspec.declaration.case import Case
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import each, each_group, each_layout, each_shared, requirement
from cnnspec.operations.registry import GRADIENTS, OPERATIONS

#: So many of the first calls of a gradient differ in numbers only.
_ALIKE = 3

#: What comes in, of those that have an incoming gradient.
INCOMING = "grad"


def _cases() -> Iterator[list[Case]]:
    for name in GRADIENTS:
        gradient = OPERATIONS[name].gradient
        if gradient is not None and (cases := [*gradient.cases()]):
            yield cases


OF_EACH = [*_cases()]
ALL = [case for cases in OF_EACH for case in cases]
FIRST = [cases[0] for cases in OF_EACH]
RUNS = {cases[0].operation: cases[:_ALIKE] for cases in OF_EACH}
SHAPES = {cases[0].operation: cases[_ALIKE - 1 :] for cases in OF_EACH}
NARROW = {cases[0].operation: widening(cases[-1]) for cases in OF_EACH}

of_each_run = each_group(RUNS)


@requirement("GRAD-07")
@each(ALL)
def test_right_at_all(judge: Judge, case: Case) -> None:
    judge.correct(case)


def _with(case: Case, name: str, grad: np.ndarray) -> Case:
    return replace(case, id=f"{case.id}-{name}", arguments={**case.arguments, INCOMING: grad})


@requirement("GRAD-01")
@each(case for case in FIRST if INCOMING in case.arguments)
def test_linear_in_what_comes_in(judge: Judge, case: Case) -> None:
    grad = case.arguments[INCOMING]
    other = _with(case, "other", grad[::-1] * 2 - 3)
    both = _with(case, "combined", grad - 4 * other.arguments[INCOMING])
    got = judge.value(both)
    expected = judge.value(case) - 4.0 * judge.value(other)
    allowed = judge.allowed(both, got) + judge.allowed(case, got) + 4 * judge.allowed(other, got)
    judge.same(both, got, expected, allowed, "not linear in the incoming gradient")


@requirement("GRAD-01")
@each(case for case in FIRST if INCOMING in case.arguments)
def test_nothing_comes_of_nothing(judge: Judge, case: Case) -> None:
    judge.correct(_with(case, "zeros", np.zeros_like(case.arguments[INCOMING])))


@requirement("GRAD-02")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(ALL)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


def _beside_whole_numbers() -> Iterator[Case]:
    """Yield a call of each gradient of data in whole numbers, beside an incoming one of halves."""
    for cases in OF_EACH:
        data = OPERATIONS[GRADIENTS[cases[0].operation].of].data
        for case in cases:
            numbers = case.arguments[data]
            if INCOMING in case.arguments and np.array_equal(numbers, np.rint(numbers)):
                halves = _with(case, "whole-numbers", case.arguments[INCOMING] + 0.5)
                given = {**halves.arguments, data: numbers.astype(np.int64)}
                yield replace(halves, arguments=given, may_refuse=True)
                break


@requirement("GRAD-02")
@each(_beside_whole_numbers())
def test_whole_numbers_beside_real_gradients(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GRAD-03")
@each([*ALL, *(case.cast("float32") for case in ALL)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("GRAD-04")
@of_each_run
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("GRAD-04")
@of_each_run
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("GRAD-04")
@each_group(SHAPES)
def test_nothing_of_other_shapes_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("GRAD-04")
@each_group(NARROW)
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("GRAD-04")
@each([replace(case, id=f"{case.id}-twice") for case in FIRST])
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("GRAD-04")
@each([replace(case, id=f"{case.id}-at-first") for case in FIRST])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("GRAD-05")
@of_each_run
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("GRAD-05")
@each(case for case in FIRST if INCOMING in case.arguments)
def test_many_results_stay(judge: Judge, case: Case) -> None:
    judge.keeps_many_results(long_run(replace(case, id=f"{case.id}-many"), INCOMING))


@requirement("GRAD-06")
@pytest.mark.parametrize(
    "layout", ["fortran", "first-fortran", "strided", "rest-strided", "read-only"]
)
@each([*ALL, *(case.cast("float32") for case in FIRST)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


@requirement("GRAD-06")
@each_layout(ALL)
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("GRAD-06")
@each_shared(FIRST)
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("GRAD-08")
@each(FIRST)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what should be refused ------------------------------------------------------------------


def of_another_layer(case: Case) -> Iterator[Case]:
    """Yield calls whose incoming gradient is longer along one axis than it can be."""
    grad = case.arguments[INCOMING]
    for axis in range(np.ndim(grad)):
        longer = np.concatenate([grad, grad.take([0], axis)], axis)
        yield _with(case, f"bad-longer-along-{axis}", longer)


BAD = [bad for case in ALL if INCOMING in case.arguments for bad in of_another_layer(case)]
FIRST_BAD = {bad.operation: bad for bad in BAD[::-1]}


@requirement("GRAD-09")
@each(BAD)
def test_the_gradient_of_another_layer_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("GRAD-10")
@each(BAD)
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("GRAD-04")
@each(FIRST_BAD.values())
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, RUNS[case.operation])


# --- over a batch ----------------------------------------------------------------------------


@requirement("GRAD-11")
@each(
    case
    for case in FIRST
    if OPERATIONS[case.operation].reductions and INCOMING in case.arguments  # a loss may be a mean
)
def test_nothing_is_divided_by_the_number_of_examples(judge: Judge, case: Case) -> None:
    judge.value(case)
    found = judge.reduction(case.operation)
    judge.holds(case, not found, f"it is the {found} over the examples of a batch, not their sum")
