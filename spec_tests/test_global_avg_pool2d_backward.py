"""The gradient of global_avg_pool2d."""

from dataclasses import replace

import numpy as np
import pytest

from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, with_float32_by_name
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, requirement
from cnnspec.operations.global_avg_pool2d.backward.cases import gradient_case, of_grad

SHAPES = (
    *((1, 1, 1), (1, 1, 5), (4, 4, 2), (4, 6, 3), (6, 4, 2), (3, 3, 3), (3, 5, 3), (5, 3, 3)),
    *((7, 7, 2), (1, 8, 2), (8, 1, 3), (2, 2, 4), (2, 4, 8), (4, 4, 4)),
)
BATCHES = (
    *((1, 4, 4, 1), (1, 4, 6, 2), (2, 4, 6, 3), (3, 6, 4, 2), (3, 3, 3, 3), (4, 4, 2, 4)),
    *((2, 7, 7, 5), (5, 1, 1, 2), (4, 2, 4, 4), (17, 2, 3, 2)),
)


def named(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


@requirement("GLOBALGRAD-01")
@by_hand("GLOBALGRAD-01")
def test_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBALGRAD-01")
@each(gradient_case(named(shape), shape) for shape in SHAPES)
def test_every_element_gets_its_part(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBALGRAD-01")
@each(of_grad(f"alone-{k}", 24.0 * np.eye(5)[k], (4, 6, 5)) for k in range(5))
def test_one_number_alone(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBALGRAD-01")
@each(
    replace(case, id=f"{case.id}-{name}", arguments={**case.arguments, "maps": maps})
    for case in (gradient_case("beside", (4, 4, 3)),)
    for name, maps in (
        ("zeros", np.zeros((4, 4, 3))),
        ("negative", -1 - np.abs(case.arguments["maps"])),
        ("equal", np.full((4, 4, 3), 7.0)),
        ("large", 2.0**100 * case.arguments["maps"]),
    )
)
def test_what_stands_in_the_maps_does_not_matter(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBALGRAD-02")
@by_hand("GLOBALGRAD-02")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBALGRAD-02")
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


@requirement("GLOBALGRAD-03")
@each_group(with_float32_by_name([around(size) for size in (*TILES, *FULL_BLOCKS)]))
def test_any_sizes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("GLOBALGRAD-04")
@each(
    gradient_case(f"real-{spread}-{named(shape)}", shape, data=spread)
    for spread in SPREADS
    for shape in ((3, 4, 9), (7, 7, 8), (4, 4, 7), (5, 3, 5, 4))
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBALGRAD-05")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    ("shape", "place"), [((3, 4, 3), (1,)), ((3, 2, 2, 4), (1, 2))], ids=["maps", "batch"]
)
def test_one_number_reaches_its_map_only(
    judge: Judge, shape: tuple[int, ...], place: tuple[int, ...], value: float
) -> None:
    clean = gradient_case(f"clean-{named(shape)}", shape)
    grad = clean.arguments["grad"].copy()
    grad[place] = value
    identity = f"{clean.operation}/incoming-{value}-{named(shape)}"
    spoilt = replace(
        clean, id=identity, arguments={**clean.arguments, "grad": grad}, may_refuse=True
    )
    held = np.zeros(shape, bool)
    held[(*place[:-1], ..., place[-1])] = True
    got = judge.correct_beside(spoilt, clean, held)
    said = f"{value} comes in for a map, and an element of it gets a finite number"
    judge.holds(spoilt, not np.isfinite(got[held]).any(), said, got)
