"""The gradients of dense: to its input, its weights and its bias."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, with_float32
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, requirement
from cnnspec.operations.dense.backward.cases import gradient_case
from cnnspec.operations.dense.backward.combinations import COMBINATIONS

Array = NDArray[Any]

TO_X, TO_WEIGHTS, TO_BIAS = NAMES = "dense_grad_x", "dense_grad_weights", "dense_grad_bias"

SIZES = ((1, 1), (1, 4), (4, 1), (3, 2), (2, 3), (2, 2), (3, 3), (4, 4), (7, 7), (12, 5), (5, 12))
SHAPES = (
    *((3, 4), (4, 3), (3, 3), (2, 3, 4), (4, 3, 2), (3, 3, 3), (2, 3, 2, 2), (2, 1, 2, 3, 2)),
    *((1, 5, 1), (1, 1, 6), (13, 13, 8)),
)
ROWS = (
    *((2, 3, 2), (3, 3, 3), (3, 2, 3), (2, 2, 2), (4, 4, 2), (2, 4, 4), (5, 1, 3), (4, 3, 1)),
    *((7, 2, 5), (5, 7, 2), (9, 12, 10), (2, 33, 17)),
)


def small(operation: str) -> Iterator[Case]:
    """Yield gradients of small layers: of vectors, of inputs of several axes, and of rows."""
    for inputs, nodes in SIZES:
        yield gradient_case(operation, f"{inputs}-to-{nodes}", (inputs,), nodes)
    for turn, shape in enumerate(SHAPES):
        name = f"flattened-{'x'.join(map(str, shape))}"
        yield gradient_case(operation, name, shape, 2 + turn % 4)
    for rows, inputs, nodes in ROWS:
        name = f"rows-{rows}x{inputs}-to-{nodes}"
        yield gradient_case(operation, name, (rows, inputs), nodes, rows=True)


def alone(operation: str) -> Iterator[Case]:
    """Yield calls in which a single number of one argument is not 0."""
    for name, shape in (("grad", (3,)), ("x", (4,)), ("weights", (4, 3))):
        for place in range(int(np.prod(shape))):
            given: dict[str, Array] = {
                "grad": np.array([2.0, -3.0, 5.0]),
                "x": np.array([7.0, -1.0, 4.0, 3.0]),
                "weights": np.arange(1.0, 13.0).reshape(4, 3),
            }
            given[name] = -2.0 * np.eye(given[name].size)[place].reshape(shape)
            yield Case(f"{operation}/{name}-{place}-alone", operation, given)


def large(operation: str) -> Iterator[Case]:
    """Yield gradients of as many inputs, nodes or rows as tiles and blocks hold, and nearly so."""
    for size in (*TILES, *FULL_BLOCKS, 131, 517):
        yield gradient_case(operation, f"large-{size}-to-3", (size,), 3)
        yield gradient_case(operation, f"large-2-to-{size}", (2,), size)
        yield gradient_case(operation, f"large-{size}-rows", (size, 3), 2, rows=True)
    yield gradient_case(operation, "large-1352-to-10", (13, 13, 8), 10)


@requirement("DENSEGRAD-01")
@by_hand("DENSEGRAD-01")
def test_to_x_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-01")
@each([*small(TO_X), *alone(TO_X)])
def test_to_x(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-02")
@by_hand("DENSEGRAD-02")
def test_to_weights_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-02")
@each([*small(TO_WEIGHTS), *alone(TO_WEIGHTS)])
def test_to_weights(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-03")
@by_hand("DENSEGRAD-03")
def test_to_bias_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-03")
@each([*small(TO_BIAS), *alone(TO_BIAS)])
def test_to_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-04")
@each_group({name: group for of in NAMES for name, group in with_float32(large(of)).items()})
def test_any_sizes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("DENSEGRAD-05")
@each(
    gradient_case(operation, f"real-{spread}-{shape[-1]}-to-{nodes}", shape, nodes, **how)
    for operation in NAMES
    for spread in SPREADS
    for shape, nodes, how in (
        ((9,), 3, {"data": spread}),
        ((3,), 144, {"data": spread}),
        ((2,), 600, {"data": spread}),
        ((50, 4), 3, {"data": spread, "rows": True}),
        ((400, 2), 2, {"data": spread, "rows": True}),
    )
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSEGRAD-06")
@pytest.mark.parametrize("operation", NAMES)
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_choices_together(judge: Judge, operation: str, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, operation))


# --- NaN and infinity ------------------------------------------------------------------------


def reached(operation: str, name: str, place: tuple[int, ...], shape: tuple[int, ...]) -> Array:
    """Return which elements of a gradient of rows one number of an argument is a factor of."""
    found = np.zeros(shape, bool)
    match operation, name:
        case "dense_grad_x", "grad":
            found[place[0]] = True
        case "dense_grad_x", "weights":
            found[:, place[0]] = True
        case "dense_grad_weights", "grad":
            found[:, place[1]] = True
        case "dense_grad_weights", "x":
            found[place[1]] = True
        case "dense_grad_bias", "grad":
            found[place[1]] = True
    return found


@requirement("DENSEGRAD-07")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    ("name", "place"), [("grad", (1, 2)), ("x", (1, 3)), ("weights", (3, 0))], ids=str
)
@pytest.mark.parametrize("operation", NAMES)
def test_one_number_spoils_what_it_is_a_factor_of(
    judge: Judge, operation: str, name: str, place: tuple[int, ...], value: float
) -> None:
    clean = gradient_case(operation, f"clean-{name}", (4, 5), 3, rows=True)
    whole = {n: np.where(v < 0, -2.0, 3.0) for n, v in clean.arguments.items()}
    clean = replace(clean, arguments=whole)
    changed = whole[name].copy()
    changed[place] = value
    spoilt = replace(
        clean,
        id=f"{operation}/{name}-{value}",
        arguments={**whole, name: changed},
        may_refuse=True,
    )
    shape = {TO_X: (4, 5), TO_WEIGHTS: (5, 3), TO_BIAS: (3,)}[operation]
    where = reached(operation, name, place, shape)
    got = judge.correct_beside(spoilt, clean, where)
    judge.holds(spoilt, not np.isfinite(got[where]).any(), f"what {value} reaches is finite", got)
