"""leaky_relu_backward: the gradient of the activation that leaks."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.elementwise import FLOATS, RANGES, Gradients, normal_in_float16
from cnnspec.declaration.case import SPREADS, Case, integers, reals
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, each_spoilt, for_all, requirement
from cnnspec.operations.leaky_relu.backward.answer import by_branches

Array = NDArray[Any]

OF = Gradients("leaky_relu_backward")


@requirement("LEAKYGRAD-01")
@by_hand("LEAKYGRAD-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


PLAIN = [
    OF.case("integers", integers("leaky", 4, 5, 3) + 0.5),
    OF.case("negative", -1 - abs(integers("negative", 3, 4, 2))),
    OF.case("positive", 1 + abs(integers("positive", 3, 4, 2))),
    OF.case("beyond-6", np.arange(-19.5, 20.0).reshape(4, 5, 2)),
    OF.case("beyond-255", 100 * np.arange(-11.5, 12.0).reshape(3, 4, 2)),
    OF.case("near-zero", 2.0**-30 * np.arange(-11.5, 12.0).reshape(4, 3, 2)),
    OF.case("huge", 2.0**100 * np.arange(-11.5, 12.0).reshape(6, 2, 2)),
    OF.case("large-gradients", np.tile([1.0, -1.0], 12), 2.0**70 * np.arange(-12.0, 12.0)),
    OF.case("small-gradients", np.tile([1.0, -1.0], 12), 2.0**-70 * np.arange(-12.0, 12.0)),
    OF.case("half-dark", 1 - 2.0 * (np.arange(72.0).reshape(4, 9, 2) // 2 % 9 > 4)),
    OF.case("like-x", np.arange(-7.5, 8.0), np.arange(-7.5, 8.0)),
    *(
        OF.case(f"real-{spread}", reals(f"leaky-{spread}", 4, 5, 2, spread=spread) - 0.5)
        for spread in SPREADS
    ),
]


@requirement("LEAKYGRAD-01")
@each(PLAIN)
def test_a_hundredth_where_x_is_not_larger_than_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-02")
@each(OF.in_any_shape())
def test_any_shape(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-02")
@each_group(OF.around_tiles())
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("LEAKYGRAD-02")
@each(OF.many())
def test_many_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-03")
@by_hand("LEAKYGRAD-03")
def test_at_0_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-03")
@each(
    [
        OF.case("zeros", np.zeros((2, 3, 2))),
        OF.case("negative-zeros", np.full((2, 3), -0.0)),
        *(OF.case("zeros", np.zeros(9), slope=slope) for slope in (0.0, 0.25, 0.9, 1.0)),
        OF.case("among-zeros", integers("among", 4, 6) * (np.arange(6) > 2), slope=0.5),
        OF.case("real-at-zeros", np.zeros(31), reals("zeros", 31), slope=0.3),
        OF.case("zeros-of-float32", np.zeros((4, 5)), slope=0.3).cast("float32"),
    ]
)
def test_between_both_at_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-04")
@each(
    [
        OF.case("infinity", [[[np.inf, -np.inf], [1.0, -1.0]]]),
        *(OF.case("infinity", [np.inf, -2, -np.inf, 2], slope=slope) for slope in (0.0, 0.25, 1.0)),
        OF.case("infinity", [np.inf, 2, -np.inf]).cast("float32"),
    ]
)
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-05")
@each_group(OF.in_floats())
def test_every_dtype(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("LEAKYGRAD-06")
@each(OF.whole(*RANGES))
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-06")
@each(
    replace(OF.case(f"{dtype}-slope", one.arguments["x"], slope=slope), may_refuse=True)
    for slope in (0.25, 0.0, 1.0)
    for dtype in ("int64", "int8")
    for one in OF.whole(dtype)[:1]
)
def test_integers_and_a_slope(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: Slopes from 0 to 1: those of frameworks' defaults, both ends, halves and the nearest to them.
SLOPES = (0.0, 1.0, 0.5, 0.25, 0.01, 0.1, 0.2, 0.3, 0.9, 1e-3, 1 - 2.0**-20, 1 / 3)


@requirement("LEAKYGRAD-07")
@by_hand("LEAKYGRAD-07")
def test_a_slope_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-07")
@pytest.mark.parametrize("slope", SLOPES, ids="{:g}".format)
@pytest.mark.parametrize("dtype", FLOATS)
def test_any_slope_in_every_dtype(judge: Judge, slope: float, dtype: str) -> None:
    cases = [
        OF.case(f"slope-{'x'.join(map(str, shape))}", normal_in_float16(values), slope=slope)
        for shape in ((9,), (4, 5), (3, 4, 2), (2, 3, 4, 2), (2, 1, 2, 3, 2))
        for values in (2 * reals(f"slope-{shape}-{slope}", *shape),)
    ]
    judge.in_turn(judge.correct, [case.cast(dtype) for case in cases])


@requirement("LEAKYGRAD-07")
def test_slopes_one_after_another(judge: Judge) -> None:
    x = integers("slopes", 4, 5, 2) + 0.5
    judge.forgets([OF.case("slopes", x, slope=slope) for slope in (0.25, 0.5, 0.0, 1.0, 0.01)])


@requirement("LEAKYGRAD-08")
@each(
    OF.case("beyond", values, slope=slope)
    for slope in (-1.0, -0.25, 1.25, 2.0, 100.0)
    for values in (integers(f"beyond-{slope}", 4, 5, 2) + 0.5, reals(f"beyond-{slope}", 31))
)
def test_slopes_beyond(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LEAKYGRAD-09")
@each([*PLAIN, *(OF.case("branches", reals("branches", 40), slope=s) for s in (0.2, 0.7))])
def test_every_digit_where_x_is_larger_than_0(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    given = judge.capabilities.narrowed(case).arguments
    due = by_branches(given, bounds.coarsest(got.dtype, given["x"].dtype))
    with np.errstate(over="ignore"):
        kept = given["grad"].astype(got.dtype).astype(float)
    expected = np.where(given["x"] > 0, kept, due.high)
    why = "the gradient is rounded above 0, or less precise than a product below"
    judge.same(case, got, expected, due.allowed, why)


# --- NaN and infinity -------------------------------------------------------------------------


@requirement("LEAKYGRAD-10")
@each_spoilt(OF.spoilt())
def test_one_element_spoils_no_other(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    judge.correct_beside(*beside)


@requirement("LEAKYGRAD-10")
@each_spoilt(OF.spoilt_gradients())
def test_one_gradient_reaches_its_own_element(
    judge: Judge, beside: tuple[Case, Case, Array]
) -> None:
    case, clean, where = beside
    got = judge.correct_beside(case, clean, where)
    lost = "what comes in as NaN or infinity is lost"
    judge.holds(case, not np.isfinite(got[where]).any(), lost, got)


# --- relations --------------------------------------------------------------------------------


@requirement("LEAKYGRAD-11")
@for_all(seed=st.integers(0, 10**6).map(str), slope=st.sampled_from([0.01, 0.25, 0.9]))
def test_two_sides_make_one_and_the_slope(judge: Judge, seed: str, slope: float) -> None:
    x, grad = integers(f"{seed}/x", 3, 4, 2) + 0.25, integers(seed, 3, 4, 2)
    cases = [
        OF.case(f"drawn-{seed}-{name}", values, grad, slope=slope)
        for name, values in (("plain", x), ("negative", -x))
    ]
    values = [judge.value(case) for case in cases]
    first, second = (judge.allowed(case, one) for case, one in zip(cases, values, strict=True))
    both = values[0].astype(float) + values[1].astype(float)
    why = "the gradients at x and at -x are not 1 + slope times the incoming one together"
    judge.same(cases[0], both, (1 + slope) * grad, first + second + 1e-15 * np.abs(grad), why)
