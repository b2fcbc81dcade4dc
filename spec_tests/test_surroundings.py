"""What calls do besides returning numbers: advised only, for the numbers are right."""

from dataclasses import replace

import numpy as np
import pytest

from cnnspec.declaration.case import Case, integers, reals
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import each, requirement
from cnnspec.operations.conv2d.cases import conv2d_case
from cnnspec.operations.dense.cases import dense_case
from cnnspec.operations.pooling.cases import pool_case
from cnnspec.operations.registry import LAYERS, OPERATIONS, POOLINGS


def _softmax(turn: int) -> Case:
    logits = integers(f"besides-{turn}", 7)
    return Case(f"softmax/besides-{turn}", "softmax", {"logits": logits})


def _loss(turn: int) -> Case:
    given = {"probabilities": np.array([0.25, 0.5, 0.25]) + turn * 0.125 * np.array([1, -2, 1])}
    return Case(f"cross_entropy/besides-{turn}", "cross_entropy", {**given, "label": 1})


#: Two small calls of each operation on arrays of the same shapes.
PAIRS = [
    [conv2d_case(f"besides-{turn}", (5, 6, 2), 2, 3) for turn in range(2)],
    [Case(f"relu/besides-{turn}", "relu", {"x": integers(f"b{turn}", 3, 7)}) for turn in range(2)],
    *(
        [pool_case(operation, f"besides-{turn}", (4, 6, 2)) for turn in range(2)]
        for operation in POOLINGS
    ),
    [dense_case(f"besides-{turn}", (6,), 3) for turn in range(2)],
    [_softmax(turn) for turn in range(2)],
    [_loss(turn) for turn in range(2)],
]


def _pair(operation: str) -> list[Case]:
    """Return two small calls on arrays of the same shapes: the data of one are turned."""
    declared = OPERATIONS[operation]
    given = next(iter(declared.probes().values()))[0]
    other = {**given, declared.data: given[declared.data][::-1].copy()}
    return [
        Case(f"{operation}/besides-{turn}", operation, one)
        for turn, one in enumerate((given, other))
    ]


PAIRS += [_pair(name) for name in LAYERS if name not in {pair[0].operation for pair in PAIRS}]

of_each_operation = pytest.mark.parametrize("cases", PAIRS, ids=lambda pair: pair[0].operation)


@requirement("CALL-01")
@of_each_operation
def test_two_threads(judge: Judge, cases: list[Case]) -> None:
    judge.does_nothing_besides("threads", cases)


@requirement("CALL-02")
@each(pair[0] for pair in PAIRS)
def test_the_process_is_left_as_it_was(judge: Judge, case: Case) -> None:
    judge.does_nothing_besides("process", [case])


#: Calls whose results may be taken for their arguments.
SAME_NUMBERS = [
    Case("relu/besides-positive", "relu", {"x": 1 + np.arange(12.0).reshape(3, 4)}),
    conv2d_case("besides-1x1", (4, 5, 1), 1, 1),
    *(pool_case(operation, "besides-1x1", (4, 5, 2), size=1) for operation in POOLINGS),
    dense_case("besides-1", (1,), 1),
]


@requirement("CALL-03")
@each([*(pair[0] for pair in PAIRS), *SAME_NUMBERS])
def test_no_result_lies_in_an_argument(judge: Judge, case: Case) -> None:
    judge.does_nothing_besides("shared", [case])


@requirement("CALL-04")
@each(pair[0] for pair in PAIRS)
def test_arguments_are_not_kept(judge: Judge, case: Case) -> None:
    judge.does_nothing_besides("kept", [case])


#: Sums that round, so that another order shows.
ROUNDED = [
    conv2d_case("again-normal", (5, 6, 5), 2, 3, data="normal"),
    conv2d_case("again-wide", (5, 5, 9), 1, 3, data="wide"),
    Case("avg_pool2d/again", "avg_pool2d", {"maps": reals("again", 9, 9, 3), "size": 5}),
    Case("softmax/again", "softmax", {"logits": reals("again", 40)}),
    dense_case("again", (40,), 2, data="normal"),
    dense_case("again-wide", (60,), 2, data="wide"),
]


@requirement("CALL-05")
@each([*ROUNDED, *(case.cast("float32") for case in ROUNDED[::2])])
def test_the_same_bits_again(judge: Judge, case: Case) -> None:
    judge.repeats_every_bit(replace(case, may_refuse=True))
