"""The gradient of flatten."""

from dataclasses import replace

import numpy as np
import pytest

from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, with_float32_by_name
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, requirement
from cnnspec.operations.flatten.backward.cases import gradient_case

SHAPES = (
    *((1, 1, 1), (1, 1, 5), (1, 5, 1), (5, 1, 1), (4, 4, 2), (4, 6, 3), (6, 4, 2), (3, 3, 3)),
    *((3, 5, 3), (5, 3, 3), (3, 3, 5), (2, 2, 2), (1, 8, 2), (8, 1, 3), (2, 2, 8), (4, 4, 1)),
)
BATCHES = (
    *((1, 4, 4, 1), (1, 4, 6, 2), (2, 4, 6, 3), (3, 6, 4, 2), (3, 3, 3, 3), (4, 2, 2, 1)),
    *((12, 2, 3, 2), (5, 1, 1, 5), (4, 4, 1, 1), (17, 2, 3, 2)),
)


def named(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


@requirement("FLATTENGRAD-01")
@by_hand("FLATTENGRAD-01")
def test_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTENGRAD-01")
@each(gradient_case(named(shape), shape) for shape in SHAPES)
def test_in_the_order_of_the_axes(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTENGRAD-01")
@each(
    replace(case, id=f"{case.id}-{number}", arguments={**case.arguments, "grad": grad})
    for case in (gradient_case("alone", (2, 3, 4)),)
    for number, grad in enumerate(7.0 * np.eye(24))
)
def test_one_number_alone(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTENGRAD-02")
@by_hand("FLATTENGRAD-02")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTENGRAD-02")
@each(gradient_case(named(shape), shape) for shape in BATCHES)
def test_images_of_a_batch_are_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


def around(size: int) -> dict[str, Case]:
    """Return maps with one dimension of the given size; the others are small."""
    shapes = {
        "rows": (size, 3, 1),
        "columns": (2, size, 2),
        "maps": (2, 3, size),
        "images": (size, 2, 1, 2),
    }
    return {name: gradient_case(f"around-{name}-{size}", s) for name, s in shapes.items()}


@requirement("FLATTENGRAD-03")
@each_group(with_float32_by_name([around(size) for size in (*TILES, *FULL_BLOCKS)]))
def test_any_sizes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("FLATTENGRAD-04")
@each(
    gradient_case(f"real-{spread}-{named(shape)}", shape, data=spread)
    for spread in SPREADS
    for shape in ((3, 4, 5), (2, 3, 2, 4))
)
def test_no_number_is_rounded(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTENGRAD-04")
@each(
    replace(
        case,
        id=f"{case.id}-{exponent}",
        arguments={**case.arguments, "grad": 2.0**exponent * case.arguments["grad"]},
    )
    for exponent in (-100, -30, 30, 100)
    for case in (gradient_case("scaled", (3, 4, 2)), gradient_case("scaled-batch", (2, 2, 3, 2)))
)
def test_numbers_of_any_size(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTENGRAD-05")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    ("shape", "place"), [((2, 3, 2), (7,)), ((3, 2, 2, 2), (1, 6))], ids=["maps", "batch"]
)
def test_one_number_reaches_its_element_only(
    judge: Judge, shape: tuple[int, ...], place: tuple[int, ...], value: float
) -> None:
    clean = gradient_case(f"clean-{named(shape)}", shape)
    grad = clean.arguments["grad"].copy()
    grad[place] = value
    identity = f"{clean.operation}/incoming-{value}-{named(shape)}"
    spoilt = replace(
        clean, id=identity, arguments={**clean.arguments, "grad": grad}, may_refuse=True
    )
    held = np.zeros(grad.shape, bool)
    held[place] = True
    held = held.reshape(shape)
    got = judge.correct_beside(spoilt, clean, held)
    said = f"{value} comes in for an element, which gets a finite number"
    judge.holds(spoilt, not np.isfinite(got[held]).any(), said, got)
