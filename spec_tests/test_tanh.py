"""tanh: numbers squashed into the range from -1 to 1."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.elementwise import FLOATS, RANGES, Elements
from cnnspec.declaration.case import SPREADS, Case, integers, reals
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import (
    by_hand,
    each,
    each_group,
    each_layout,
    each_shared,
    each_spoilt,
    for_all,
    requirement,
)
from cnnspec.operations.tanh.answer import to_every_digit

Array = NDArray[Any]

OF = Elements("tanh")


@requirement("TANH-01")
@by_hand("TANH-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


PLAIN = [
    OF.case("integers", integers("tanh", 4, 5, 3)),
    OF.case("quarters", np.arange(-40.0, 40.0).reshape(5, 16) / 4),
    OF.case("steep", np.linspace(-4, 4, 97)),
    OF.case("flat", np.linspace(-40, 40, 161)),
    OF.case("zeros", np.zeros((2, 3, 2))),
    OF.case("equal", np.full((3, 9), 0.75)),
    OF.case("half-zero", integers("half-zero", 4, 9, 2) * (np.arange(9) > 4)[:, np.newaxis]),
    OF.case("near-zero", 2.0**-12 * np.arange(-12.0, 12.0).reshape(4, 3, 2)),
    OF.case("nearer-zero", 2.0**-40 * np.arange(-12.0, 12.0).reshape(2, 6, 2)),
    *(
        OF.case(f"real-{spread}", scale * reals(f"tanh-{spread}", 4, 5, 2, spread=spread))
        for spread, scale in zip(SPREADS, (4, 2, 0.05, 2.0**-18), strict=True)
    ),
]


@requirement("TANH-01")
@each(PLAIN)
def test_differences_over_sums_of_exponentials(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANH-02")
@each([*OF.in_any_shape(), *OF.hygiene, *(cases[0] for cases in OF.sequences.values())])
def test_any_shape(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANH-02")
@each_group(OF.around_tiles())
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("TANH-02")
@each(OF.many())
def test_many_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANH-03")
@each(
    [
        OF.case("1000", [1000, -1000, 0, 1]),
        OF.case("710", [[709, 710, 711], [-709, -710, -711]]),
        OF.case("355", [355, 356, -355, -356]),
        OF.case("89", [[88, 89, 90, -88, -89, -90], [44, 45, 46, -44, -45, -46]]),
        OF.case("12", [[11, 12, 13], [-11, -12, -13]]),
        OF.case("40", np.arange(-40.0, 40.0)),
        OF.case("ten-thousand", [[[1e4, -1e4], [3, -3]]]),
        OF.case("60000", [60000, -60000, 60000, -60000, 2]),
        replace(OF.case("1e300", [1e300, -1e300, 0.5]), dtype="float64"),
        OF.case("all-high", np.full((3, 5), 800.0)),
        OF.case("all-low", np.full((3, 5), -800.0)),
        *(OF.case(f"alone-of-{n}", [*integers(f"of-{n}", n - 1), -3000]) for n in (4, 16, 33, 64)),
        *(OF.case(f"{d}", [1000, -1000, 90, -90, 0.5]).cast(d) for d in ("float32", "float16")),
    ]
)
def test_nothing_overflows(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANH-04")
@each(
    [
        OF.case("infinity", [[[np.inf, -np.inf], [1.0, -1.0]]]),
        OF.case("infinity", [np.inf, 2, -np.inf]).cast("float32"),
    ]
)
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANH-05")
@each_group({name: one for name, one in OF.in_floats(3.0).items() if name != FLOATS[0]})
def test_other_dtypes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("TANH-05")
@pytest.mark.parametrize("dtype", FLOATS)
@each(PLAIN)
def test_all_of_these_in_every_dtype(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("TANH-06")
@each(
    replace(OF.case(f"{dtype}-{len(shape)}", values.astype(dtype)), may_refuse=True)
    for dtype in ("int64", "int32")
    for shape in ((9,), (4, 5), (3, 4, 2))
    for values in (integers(f"whole-{shape}", *shape, low=-30, high=30),)
)
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANH-07")
@each_group(OF.in_integers(*RANGES))
def test_small_integers_do_not_wrap(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("TANH-08")
@for_all(seed=st.integers(0, 10**6).map(str), scale=st.sampled_from([0.125, 1.0, 8.0, 64.0]))
def test_the_two_sides_are_opposite(judge: Judge, seed: str, scale: float) -> None:
    x = integers(seed, 3, 4, 2) * scale
    case, negative = OF.case(f"drawn-{seed}-{scale}", x), OF.case(f"drawn-{seed}-{-scale}", -x)
    got, other = judge.value(case), judge.value(negative)
    allowed = judge.allowed(case, got) + judge.allowed(negative, other)
    total = got.astype(float) + other.astype(float)
    judge.same(case, total, np.zeros(x.shape), allowed, "tanh(-x) is not -tanh(x)")


@requirement("TANH-08")
@for_all(seed=st.integers(0, 10**6).map(str), scale=st.sampled_from([0.0625, 0.25, 1.0]))
def test_of_the_double(judge: Judge, seed: str, scale: float) -> None:
    x = integers(seed, 3, 4, 2) * scale
    case, doubled = OF.case(f"drawn-{seed}-{scale}", x), OF.case(f"drawn-{seed}-twice", 2 * x)
    got, twice = judge.value(case), judge.value(doubled)
    # 2 t / (1 + t t) moves by at most twice what t moves by
    allowed = 2 * judge.allowed(case, got) + judge.allowed(doubled, twice)
    t = got.astype(float)
    with np.errstate(all="ignore"):
        due = 2 * t / (1 + t * t)
    why = "tanh(2 x) is not 2 t / (1 + t t) of t = tanh(x)"
    judge.same(doubled, twice, due, allowed + 1e-15, why)


@requirement("TANH-09")
@each(
    [
        OF.case("digits-below", np.linspace(-80, -1, 80)),
        OF.case("digits-far-below", -np.arange(90.0, 700.0, 10)),
        OF.case("digits-above", np.linspace(0.5, 20, 40)),
        OF.case("digits-near-0", 2.0 ** -np.arange(1.0, 40.0)),
        OF.case("digits-nearer-0", -(2.0 ** -np.arange(40.0, 900.0, 20))),
        OF.case("digits-below", np.linspace(-80, -1, 80)).cast("float32"),
        OF.case("digits-near-0", 2.0 ** -np.arange(1.0, 40.0)).cast("float32"),
    ]
)
def test_every_digit_is_right(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    given = judge.capabilities.narrowed(case).arguments
    coarsest = bounds.coarsest(got.dtype, given["x"].dtype)
    due = to_every_digit(given, coarsest)
    judge.same(case, got, due.high, due.allowed, "digits of small results are lost")


# --- manners ---------------------------------------------------------------------------------


@requirement("TANH-10")
@each_spoilt(OF.spoilt())
def test_one_element_spoils_no_other(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    judge.correct_beside(*beside)


@requirement("TANH-11")
@each(OF.in_float32_too)
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("TANH-12")
@each_group(OF.states)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("TANH-12")
@each_group(OF.firsts)
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("TANH-12")
@each(OF.twice)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("TANH-12")
@each_group(OF.sequences)
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)
    judge.forgets(cases)


@requirement("TANH-12")
@each([cases[0] for cases in OF.sequences.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("TANH-13")
@each_group(OF.sequences)
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("TANH-13")
@each_group(OF.long_runs)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("TANH-13")
def test_huge_results_stay(judge: Judge) -> None:
    judge.keeps_results(OF.huge, times=1)


@requirement("TANH-14")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each(OF.in_float32_too)
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


@requirement("TANH-14")
@each_layout([*OF.hygiene, OF.of_int16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("TANH-14")
@each_shared([OF.hygiene[0], OF.hygiene[4]])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("TANH-15")
@each(OF.hygiene)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")
