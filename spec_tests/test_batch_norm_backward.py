"""The gradients of batch_norm: to its maps, and to its four parameters."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.declaration.case import (
    FULL_BLOCKS,
    SPREADS,
    TILES,
    Case,
    integers,
    reals,
    with_float32,
)
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, for_all, requirement
from cnnspec.operations.batch_norm.backward.cases import gradient_case
from cnnspec.operations.batch_norm.backward.combinations import COMBINATIONS

Array = NDArray[Any]

TO_MAPS, TO_MEAN, TO_VARIANCE, TO_SCALE, TO_OFFSET = NAMES = (
    *("batch_norm_grad_maps", "batch_norm_grad_mean", "batch_norm_grad_variance"),
    *("batch_norm_grad_scale", "batch_norm_grad_offset"),
)

#: Those that epsilon makes a difference to.
DIVIDED = NAMES[:-1]

PARAMETERS = ("mean", "variance", "scale")

SHAPES = (
    *((1, 1, 1), (4, 5, 2), (5, 4, 3), (3, 3, 3), (2, 4, 4), (4, 2, 4), (1, 7, 5), (6, 1, 4)),
    *((2, 3, 4, 5), (3, 4, 2, 3), (3, 2, 2, 3), (1, 4, 5, 2), (2, 2, 2, 2), (5, 1, 1, 3)),
)


def small(operation: str) -> Iterator[Case]:
    """Yield gradients of small maps, of one image and of several, and of one number alone."""
    for shape in SHAPES:
        yield gradient_case(operation, "x".join(map(str, shape)), shape)
    for k in range(3):
        for name in PARAMETERS:
            given: dict[str, Any] = {
                "mean": np.zeros(3),
                "variance": np.full(3, 0.25),
                "scale": np.ones(3),
            }
            given[name] = np.where(np.arange(3) == k, 6.0, given[name])
            yield gradient_case(operation, f"{name}-of-map-{k}", (3, 4, 3), **given)
    for place in ((0, 0, 0), (2, 1, 1), (0, 2, 1), (1, 0, 0)):
        grad = np.zeros((3, 3, 2))
        grad[place] = -2.0
        yield gradient_case(operation, f"{'-'.join(map(str, place))}-alone", (3, 3, 2), grad=grad)


def large(operation: str) -> Iterator[Case]:
    """Yield gradients of as many maps, rows or columns as tiles and blocks hold, and nearly so."""
    for size in (*TILES[::2], *FULL_BLOCKS[:4], 131):
        yield gradient_case(operation, f"large-{size}-maps", (2, 3, size))
        yield gradient_case(operation, f"large-{size}-rows", (size, 2, 2))
        yield gradient_case(operation, f"large-{size}-columns", (2, 2, size, 2))
    for size in (17, 64, 131):
        yield gradient_case(operation, f"large-{size}-images", (size, 2, 1, 2))


@requirement("NORMGRAD-01")
@by_hand("NORMGRAD-01")
def test_to_maps_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-01")
@each(small(TO_MAPS))
def test_to_maps(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-02")
@by_hand("NORMGRAD-02")
def test_to_mean_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-02")
@each(small(TO_MEAN))
def test_to_mean(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-03")
@by_hand("NORMGRAD-03")
def test_to_variance_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-03")
@each(small(TO_VARIANCE))
def test_to_variance(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-04")
@by_hand("NORMGRAD-04")
def test_to_scale_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-04")
@each(small(TO_SCALE))
def test_to_scale(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-05")
@by_hand("NORMGRAD-05")
def test_to_offset_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-05")
@each(small(TO_OFFSET))
def test_to_offset(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-06")
@each(
    gradient_case(
        operation,
        f"epsilon-{epsilon:g}",
        (3, 4, 3),
        variance=np.array([0.0, 2.0**-14, 1.0]) + 2.0**-16,
        **given,
    )
    for operation in DIVIDED
    for epsilon in (0, 1e-5, 1e-3, 0.25, 4.0)
    for given in ({"epsilon": epsilon} if epsilon else dict[str, Any](),)
)
def test_epsilon_is_under_the_root(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-07")
@each_group({name: group for of in NAMES for name, group in with_float32(large(of)).items()})
def test_any_sizes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("NORMGRAD-08")
@each(
    gradient_case(
        operation,
        f"real-{spread}-{'x'.join(map(str, shape))}",
        shape,
        grad=reals(f"grad-{spread}", *shape, spread=spread),
        maps=reals(f"maps-{spread}", *shape, spread=spread),
        mean=reals(f"mean-{spread}", shape[-1], spread=spread),
    )
    for operation in NAMES
    for spread in SPREADS
    for shape in ((4, 5, 3), (16, 16, 2), (2, 3, 4, 5))
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORMGRAD-09")
@pytest.mark.parametrize("operation", DIVIDED)
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_choices_together(judge: Judge, operation: str, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, operation))


# --- NaN and infinity ------------------------------------------------------------------------


STRANGE = (np.nan, np.inf, -np.inf)

#: No variance may be that.
BELOW_0 = ("variance", -np.inf)


@requirement("NORMGRAD-10")
@pytest.mark.parametrize(
    ("name", "value"),
    [(n, v) for n in ("grad", "maps", *PARAMETERS) for v in STRANGE if (n, v) != BELOW_0],
)
@pytest.mark.parametrize("operation", NAMES)
def test_one_number_spoils_its_own_map_only(
    judge: Judge, operation: str, name: str, value: float
) -> None:
    clean = gradient_case(operation, f"clean-{name}", (2, 3, 4, 3))
    changed = clean.arguments[name].copy()
    place = (1, 2, 0, 1) if changed.ndim == 4 else (1,)
    changed[place] = value
    spoilt = replace(
        clean,
        id=f"{operation}/{name}-{value}",
        arguments={**clean.arguments, name: changed},
        may_refuse=True,
    )
    shape = (2, 3, 4, 3) if operation == TO_MAPS else (3,)
    where = np.zeros(shape, bool)
    where[place if operation == TO_MAPS and len(place) == 4 else (..., 1)] = True
    got = judge.correct_beside(spoilt, clean, where)
    if name == "grad":
        lost = "what comes in as NaN or infinity is lost"
        judge.holds(spoilt, not np.isfinite(got[where]).any(), lost, got)


# --- relations -------------------------------------------------------------------------------


@requirement("NORMGRAD-11")
@for_all(seed=st.integers(0, 10**6).map(str))
def test_maps_do_not_matter_to_their_gradient(judge: Judge, seed: str) -> None:
    case = gradient_case(TO_MAPS, f"drawn-{seed}", (3, 4, 2))
    others = {**case.arguments, "maps": integers(f"others-{seed}", 3, 4, 2) * 5 + 1}
    moved = replace(case, id=f"{case.id}-moved", arguments=others)
    first, second = judge.value(case), judge.value(moved)
    allowed = judge.allowed(case, first) + judge.allowed(moved, second)
    why = "the gradient to the maps depends on the maps, as that of training does"
    judge.same(moved, second, first.astype(float), allowed, why)
