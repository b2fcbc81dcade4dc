"""leaky_relu: the activation that lets a little of what is negative through."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.elementwise import FLOATS, RANGES, Elements, normal_in_float16
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
from cnnspec.operations.leaky_relu.answer import by_branches

Array = NDArray[Any]

OF = Elements("leaky_relu")


@requirement("LEAKY-01")
@by_hand("LEAKY-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


PLAIN = [
    OF.case("integers", integers("leaky", 4, 5, 3)),
    OF.case("negative", -1 - abs(integers("negative", 3, 4, 2))),
    OF.case("positive", 1 + abs(integers("positive", 3, 4, 2))),
    OF.case("beyond-6", np.arange(-20.0, 20.0).reshape(4, 5, 2)),
    OF.case("beyond-255", 100 * np.arange(-12.0, 12.0).reshape(3, 4, 2)),
    OF.case("beyond-a-million", 2.0**20 * np.arange(-12.0, 12.0).reshape(3, 4, 2)),
    OF.case("near-zero", 2.0**-30 * np.arange(-12.0, 12.0).reshape(4, 3, 2)),
    OF.case("nearer-zero", 2.0**-100 * np.arange(-12.0, 12.0).reshape(2, 6, 2)),
    OF.case("huge", 2.0**100 * np.arange(-12.0, 12.0).reshape(6, 2, 2)),
    OF.case("zeros", np.zeros((2, 3, 2))),
    replace(OF.case("tiniest", 2.0**-1000 * integers("tiniest", 2, 3, 2)), dtype="float64"),
    replace(OF.case("tiny", 2.0**-160 * integers("tiny", 70)), dtype="float64"),  # 0 in float32
    OF.case("half-dark", integers("half-dark", 4, 9, 2) * (np.arange(9) > 4)[:, np.newaxis]),
    OF.case("equal", np.full((3, 9), -4.0)),
    *(
        OF.case(f"real-{spread}", reals(f"leaky-{spread}", 4, 5, 2, spread=spread) - 0.5)
        for spread in SPREADS
    ),
]


@requirement("LEAKY-01")
@each(PLAIN)
def test_a_hundredth_of_what_is_not_larger_than_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-02")
@each([*OF.in_any_shape(), *OF.hygiene, *(cases[0] for cases in OF.sequences.values())])
def test_any_shape(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-02")
@each_group(OF.around_tiles())
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("LEAKY-02")
@each(OF.many())
def test_many_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-03")
@each(
    [
        OF.case("infinity", [[[np.inf, -np.inf], [1.0, -1.0]]]),
        *(
            OF.case("infinity", [np.inf, -2, -np.inf, 2], slope=slope)
            for slope in (0.01, 0.25, 0.5, 1.0)
        ),
        OF.case("infinity", [np.inf, 2, -np.inf]).cast("float32"),
    ]
)
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-04")
@each_group(OF.in_floats())
def test_every_dtype(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("LEAKY-04")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        OF.case("typed-integers", integers("typed", 4, 3, 2)),
        OF.case("typed-small", normal_in_float16(reals("typed", 3, 4, 2) * 2.0**-8)),
        OF.case("typed-large", reals("typed", 3, 4, 2) * 2.0**12),
        OF.case("typed", reals("typed", 3, 4, 2), slope=0.25),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("LEAKY-05")
@each_group(OF.in_integers(*RANGES))
def test_integers(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("LEAKY-05")
@each(
    replace(OF.case(dtype, integers(dtype, 5, 7).astype(dtype), slope=slope), may_refuse=True)
    for dtype in ("int64", "int32", "int8")
    for slope in (0.25, 0.0, 1.0)
)
def test_integers_and_a_slope(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: Slopes from 0 to 1: those of frameworks' defaults, both ends, halves and the nearest to them.
SLOPES = (0.0, 1.0, 0.5, 0.25, 0.01, 0.1, 0.2, 0.3, 0.9, 1e-3, 1e-6, 1 - 2.0**-20, 1 / 3, 5.5 / 6)


@requirement("LEAKY-06")
@by_hand("LEAKY-06")
def test_a_slope_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-06")
@pytest.mark.parametrize("slope", SLOPES, ids="{:g}".format)
@pytest.mark.parametrize("dtype", FLOATS)
def test_any_slope_in_every_dtype(judge: Judge, slope: float, dtype: str) -> None:
    cases = [
        OF.case(f"slope-{'x'.join(map(str, shape))}", normal_in_float16(values), slope=slope)
        for shape in ((9,), (4, 5), (3, 4, 2), (2, 3, 4, 2), (2, 1, 2, 3, 2))
        for values in (2 * reals(f"slope-{shape}-{slope}", *shape),)
    ]
    judge.in_turn(judge.correct, [case.cast(dtype) for case in cases])


@requirement("LEAKY-06")
@each(
    OF.case(f"{name}-slope", x, slope=slope)
    for slope in (0.0, 0.125, 0.3, 1.0)
    for name, x in (
        ("huge", 2.0**100 * np.arange(-12.0, 12.0)),
        ("large", 300 * np.arange(-12.0, 12.0).reshape(4, 6)),
        ("tiny", 2.0**-100 * np.arange(-12.0, 12.0).reshape(2, 3, 4)),
        ("67", integers("slope-67", 67)),
        ("33x34", integers("slope-33", 33, 34)),
    )
)
def test_a_slope_beside_sizes_and_numbers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-06")
def test_slopes_one_after_another(judge: Judge) -> None:
    x = integers("slopes", 4, 5, 2)
    judge.forgets([OF.case("slopes", x, slope=slope) for slope in (0.25, 0.5, 0.0, 1.0, 0.01)])


@requirement("LEAKY-07")
@each(
    OF.case("beyond", values, slope=slope)
    for slope in (-1.0, -0.25, 1.25, 2.0, 100.0)
    for values in (integers(f"beyond-{slope}", 4, 5, 2), reals(f"beyond-{slope}", 31))
)
def test_slopes_beyond(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKY-08")
@for_all(seed=st.integers(0, 10**6).map(str), factor=st.sampled_from([0.5, 2.0, 2.0**20]))
def test_scales_and_splits(judge: Judge, seed: str, factor: float) -> None:
    x = integers(seed, 3, 4, 2)
    case, scaled, negative = (
        OF.case(f"drawn-{seed}-{name}", values)
        for name, values in (("plain", x), (f"times-{factor}", x * factor), ("negative", -x))
    )
    plain, of_scaled, of_negative = (judge.value(one) for one in (case, scaled, negative))
    allowed = judge.allowed(case, plain)
    expected = plain.astype(float) * factor
    both = allowed * factor + judge.allowed(scaled, of_scaled)
    judge.same(scaled, of_scaled, expected, both, "not scaled like its input")
    apart = plain.astype(float) - of_negative.astype(float)
    both = allowed + judge.allowed(negative, of_negative) + 1e-15 * np.abs(x)
    judge.same(case, apart, 1.01 * x, both, "leaky_relu(x) - leaky_relu(-x) is not (1 + slope) x")


@requirement("LEAKY-09")
@each([*PLAIN, *(OF.case("branches", reals("branches", 40), slope=s) for s in (0.2, 0.7))])
def test_positive_numbers_are_returned_as_they_are(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    given = judge.capabilities.narrowed(case).arguments
    due = by_branches(given, bounds.coarsest(got.dtype, given["x"].dtype))
    with np.errstate(over="ignore"):
        kept = given["x"].astype(got.dtype).astype(float)
    expected = np.where(given["x"] > 0, kept, due.high)
    why = "positive numbers are rounded, or negative ones less precise than a product"
    judge.same(case, got, expected, due.allowed, why)


# --- manners ---------------------------------------------------------------------------------


@requirement("LEAKY-10")
@each_spoilt(OF.spoilt())
def test_one_element_spoils_no_other(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    judge.correct_beside(*beside)


@requirement("LEAKY-11")
@each(OF.in_float32_too)
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("LEAKY-12")
@each_group(OF.states)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("LEAKY-12")
@each_group(OF.firsts)
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("LEAKY-12")
@each(OF.twice)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("LEAKY-12")
@each_group(OF.sequences)
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)
    judge.forgets(cases)


@requirement("LEAKY-12")
@each([cases[0] for cases in OF.sequences.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("LEAKY-13")
@each_group(OF.sequences)
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("LEAKY-13")
@each_group(OF.long_runs)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("LEAKY-13")
def test_huge_results_stay(judge: Judge) -> None:
    judge.keeps_results(OF.huge, times=1)


@requirement("LEAKY-14")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each(OF.in_float32_too)
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


@requirement("LEAKY-14")
@each_layout([*OF.hygiene, OF.of_int16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("LEAKY-14")
@each_shared([OF.hygiene[0], OF.hygiene[4]])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("LEAKY-15")
@each(OF.hygiene)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")
