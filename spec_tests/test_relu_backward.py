"""relu_backward: the gradient of the activation that lets nothing negative through."""

from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.elementwise import FLOATS, RANGES, Gradients
from cnnspec.declaration.case import SPREADS, Case, integers, reals
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, each_spoilt, for_all, requirement

Array = NDArray[Any]

OF = Gradients("relu_backward")


@requirement("RELUGRAD-01")
@by_hand("RELUGRAD-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


PLAIN = [
    OF.case("integers", integers("relu", 4, 5, 3) + 0.5),
    OF.case("negative", -1 - abs(integers("negative", 3, 4, 2))),
    OF.case("positive", 1 + abs(integers("positive", 3, 4, 2))),
    OF.case("beyond-6", np.arange(-19.5, 20.0).reshape(4, 5, 2)),
    OF.case("beyond-255", 100 * np.arange(-11.5, 12.0).reshape(3, 4, 2)),
    OF.case("near-zero", 2.0**-30 * np.arange(-11.5, 12.0).reshape(4, 3, 2)),
    OF.case("nearer-zero", 2.0**-100 * np.arange(-11.5, 12.0).reshape(2, 6, 2)),
    OF.case("huge", 2.0**100 * np.arange(-11.5, 12.0).reshape(6, 2, 2)),
    OF.case("large-gradients", np.tile([1.0, -1.0], 12), 2.0**70 * np.arange(-12.0, 12.0)),
    OF.case("small-gradients", np.tile([1.0, -1.0], 12), 2.0**-70 * np.arange(-12.0, 12.0)),
    OF.case("no-gradients", np.tile([1.0, -1.0], 12), np.zeros(24)),
    OF.case("half-dark", 1 - 2.0 * (np.arange(72.0).reshape(4, 9, 2) // 2 % 9 > 4)),
    OF.case("like-x", np.arange(-7.5, 8.0), np.arange(-7.5, 8.0)),
    *(
        OF.case(f"real-{spread}", reals(f"relu-{spread}", 4, 5, 2, spread=spread) - 0.5)
        for spread in SPREADS
    ),
]


@requirement("RELUGRAD-01")
@each(PLAIN)
def test_through_where_x_is_larger_than_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELUGRAD-02")
@each(OF.in_any_shape())
def test_any_shape(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELUGRAD-02")
@each_group(OF.around_tiles())
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("RELUGRAD-02")
@each(OF.many())
def test_many_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELUGRAD-03")
@by_hand("RELUGRAD-03")
def test_at_0_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELUGRAD-03")
@each(
    [
        OF.case("zeros", np.zeros((2, 3, 2))),
        OF.case("negative-zeros", np.full((2, 3), -0.0)),
        OF.case("among-zeros", integers("among", 4, 6) * (np.arange(6) > 2)),
        OF.case("real-at-zeros", np.zeros(31), reals("zeros", 31)),
        OF.case("zeros-of-float32", np.zeros((4, 5))).cast("float32"),
        OF.case("zeros-of-float16", np.zeros((4, 5)), reals("zeros-16", 4, 5)).cast("float16"),
    ]
)
def test_between_both_at_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELUGRAD-04")
@each(
    [
        OF.case("infinity", [[[np.inf, -np.inf], [1.0, -1.0]]]),
        OF.case("infinity-alone", [np.inf, -np.inf, np.inf], [3.0, 5.0, -2.0]),
        OF.case("infinity", [np.inf, 2, -np.inf]).cast("float32"),
    ]
)
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELUGRAD-05")
@each_group(OF.in_floats())
def test_every_dtype(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("RELUGRAD-05")
@pytest.mark.parametrize("dtype", FLOATS)
def test_gradients_of_every_digit(judge: Judge, dtype: str) -> None:
    """Numbers that float16 holds, and among them those that no narrower type does."""
    grad = np.array([1.0, -1.0, 1 + 2.0**-10, 3.0, -65504.0, 2.0**-14]).astype(dtype)
    grad = np.nextafter(grad, np.zeros_like(grad))
    case = OF.case("digits", np.array([2.0, 7.0, 1.0, -3.0, 5.0, 0.5]), grad.astype(float))
    judge.correct(case.cast(dtype))


@requirement("RELUGRAD-06")
@each(OF.whole(*RANGES))
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- NaN and infinity -------------------------------------------------------------------------


@requirement("RELUGRAD-07")
@each_spoilt(OF.spoilt())
def test_one_element_spoils_no_other(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    judge.correct_beside(*beside)


@requirement("RELUGRAD-07")
@each_spoilt(OF.spoilt_gradients())
def test_one_gradient_reaches_its_own_element(
    judge: Judge, beside: tuple[Case, Case, Array]
) -> None:
    case, clean, where = beside
    got = judge.correct_beside(case, clean, where)
    if (clean.arguments["x"][where] > 0).all():
        lost = "what comes in as NaN or infinity is lost where x is larger than 0"
        judge.holds(case, not np.isfinite(got[where]).any(), lost, got)


# --- relations --------------------------------------------------------------------------------


@requirement("RELUGRAD-08")
@for_all(seed=st.integers(0, 10**6).map(str), factor=st.sampled_from([0.5, 3.0, 2.0**20]))
def test_two_sides_make_the_whole(judge: Judge, seed: str, factor: float) -> None:
    x, grad = integers(f"{seed}/x", 3, 4, 2) + 0.25, integers(seed, 3, 4, 2)
    plain, negative, scaled = (
        judge.value(OF.case(f"drawn-{seed}-{name}", values, grad)).astype(float)
        for name, values in (("plain", x), ("negative", -x), (f"times-{factor:g}", x * factor))
    )
    case = OF.case(f"drawn-{seed}", x, grad)
    nothing = np.zeros(x.shape)
    why = "the gradients at x and at -x do not make the incoming one together"
    judge.same(case, plain + negative, grad, nothing, why)
    judge.same(case, scaled, plain, nothing, "another gradient where x is scaled")
