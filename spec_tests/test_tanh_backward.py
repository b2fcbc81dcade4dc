"""tanh_backward: the gradient of numbers squashed into the range from -1 to 1."""

from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.elementwise import FLOATS, Gradients
from cnnspec.declaration.case import SPREADS, Case, integers, reals
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, each_spoilt, for_all, requirement
from cnnspec.operations.tanh.backward.answer import to_every_digit

Array = NDArray[Any]

OF = Gradients("tanh_backward")


@requirement("TANHGRAD-01")
@by_hand("TANHGRAD-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


PLAIN = [
    OF.case("integers", integers("tanh", 4, 5, 3)),
    OF.case("quarters", np.arange(-40.0, 40.0).reshape(5, 16) / 4),
    OF.case("steep", np.linspace(-4, 4, 97)),
    OF.case("flat", np.linspace(-40, 40, 161)),
    OF.case("zeros", np.zeros((2, 3, 2))),
    OF.case("equal", np.full((3, 9), 0.75)),
    OF.case("near-zero", 2.0**-12 * np.arange(-12.0, 12.0).reshape(4, 3, 2)),
    OF.case("large-gradients", np.linspace(-3, 3, 24), 500.0 * np.arange(-12, 12)),
    OF.case("small-gradients", np.linspace(-3, 3, 24), 2.0**-9 * np.arange(-12, 12)),
    OF.case("no-gradients", np.linspace(-3, 3, 24), np.zeros(24)),
    OF.case("like-x", np.arange(-7.5, 8.0), np.arange(-7.5, 8.0)),
    *(
        OF.case(f"real-{spread}", scale * reals(f"tanh-{spread}", 4, 5, 2, spread=spread))
        for spread, scale in zip(SPREADS, (2, 1, 0.02, 2.0**-19), strict=True)
    ),
]


@requirement("TANHGRAD-01")
@each(PLAIN)
def test_slope_times_the_gradient(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANHGRAD-02")
@each(OF.in_any_shape())
def test_any_shape(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANHGRAD-02")
@each_group(OF.around_tiles())
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("TANHGRAD-02")
@each(OF.many())
def test_many_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANHGRAD-03")
@each(
    [
        OF.case("1000", [1000, -1000, 0, 1]),
        OF.case("710", [[709, 710, 711], [-709, -710, -711]]),
        OF.case("355", [355, 356, -355, -356]),
        OF.case("178", [177, 178, -177, -178]),
        OF.case("89", [[88, 89, 90, -88, -89, -90], [44, 45, 46, -44, -45, -46]]),
        OF.case("12", [[11, 12, 13], [-11, -12, -13]]),
        OF.case("40", np.arange(-40.0, 40.0)),
        OF.case("ten-thousand", [[[1e4, -1e4], [3, -3]]]),
        OF.case("all-high", np.full((3, 5), 800.0)),
        OF.case("all-low", np.full((3, 5), -800.0)),
        *(OF.case(f"alone-of-{n}", [*integers(f"of-{n}", n - 1), -3000]) for n in (4, 16, 33)),
        *(OF.case(d, [1000, -1000, 90, -90, 13, -13, 0.5]).cast(d) for d in ("float32", "float16")),
    ]
)
def test_nothing_overflows(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANHGRAD-04")
@each(
    [
        OF.case("infinity", [[[np.inf, -np.inf], [1.0, -1.0]]]),
        OF.case("infinity", [np.inf, 2, -np.inf]).cast("float32"),
    ]
)
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TANHGRAD-05")
@each_group({name: one for name, one in OF.in_floats(3.0).items() if name != FLOATS[0]})
def test_other_dtypes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("TANHGRAD-05")
@pytest.mark.parametrize("dtype", FLOATS[1:])
@each(PLAIN)
def test_all_of_these_in_every_dtype(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("TANHGRAD-06")
@each(OF.whole("int64", "int32"))
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- NaN and infinity -------------------------------------------------------------------------


@requirement("TANHGRAD-07")
@each_spoilt(OF.spoilt())
def test_one_element_spoils_no_other(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    judge.correct_beside(*beside)


@requirement("TANHGRAD-07")
@each_spoilt(OF.spoilt_gradients())
def test_one_gradient_reaches_its_own_element(
    judge: Judge, beside: tuple[Case, Case, Array]
) -> None:
    case, clean, where = beside
    got = judge.correct_beside(case, clean, where)
    lost = "what comes in as NaN or infinity is lost"
    judge.holds(case, not np.isfinite(got[where]).any(), lost, got)


# --- relations --------------------------------------------------------------------------------


@requirement("TANHGRAD-08")
@for_all(seed=st.integers(0, 10**6).map(str))
def test_slopes_on_both_sides_are_alike(judge: Judge, seed: str) -> None:
    x, grad = reals(f"{seed}/x", 3, 4, 2), integers(seed, 3, 4, 2)
    cases = [OF.case(f"drawn-{seed}-{name}", values, grad) for name, values in
             (("plain", x), ("negative", -x))]  # fmt: skip
    plain, negative = (judge.value(case) for case in cases)
    allowed = judge.allowed(cases[0], plain) + judge.allowed(cases[1], negative)
    why = "another gradient at -x than at x"
    judge.same(cases[1], negative, plain.astype(float), allowed, why)


@requirement("TANHGRAD-09")
@each(
    [
        OF.case("digits-below", np.linspace(-80, -1, 80)),
        OF.case("digits-above", np.linspace(1, 80, 80)),
        OF.case("digits-far", np.arange(90.0, 340.0, 10) * (-1.0) ** np.arange(25)),
        OF.case("digits-below", np.linspace(-40, -1, 80)).cast("float32"),
        OF.case("digits-above", np.linspace(1, 40, 80)).cast("float32"),
    ]
)
def test_every_digit_is_right(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    given = judge.capabilities.narrowed(case).arguments
    due = to_every_digit(given, bounds.coarsest(got.dtype, given["x"].dtype))
    judge.same(case, got, due.high, due.allowed, "digits of small results are lost")
