"""cross_entropy_backward: the gradient of the loss to the probabilities."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.declaration.case import FULL_BLOCKS, TILES, Case
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, requirement
from cnnspec.operations.cross_entropy.backward.cases import STEPS, drawn, gradient_case, hygiene

Array = NDArray[Any]

#: Powers of two: what is left of 1 is exact, in float16 too.
SMALL = tuple(2.0**-exponent for exponent in (4, 7, 9, 10))

#: Of other digits. The label's class is the first, then the last.
UNEVEN = (1 / 3, 0.1, 1e-2 / 3, 1e-3 / 3)


@requirement("LOSSGRAD-01")
@by_hand("LOSSGRAD-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSSGRAD-01")
@each(
    [
        *(gradient_case(f"tenths-{label}", [0.1, 0.2, 0.3, 0.4], label) for label in range(4)),
        *(gradient_case(f"equal-{n}", np.full(n, 1 / n), n // 2) for n in (2, 4, 8)),
        *(gradient_case(f"small-{p:g}", [p, 1 - p], 0) for p in SMALL),
        *(gradient_case(f"nearly-certain-but-for-{p:g}", [1 - p, p], 0) for p in SMALL),
        *(gradient_case(f"uneven-{p:g}-first", [p, 0.75 - p, 0.25], 0) for p in UNEVEN),
        *(gradient_case(f"uneven-{p:g}-last", [0.25, 0.75 - p, p], 2) for p in UNEVEN),
        *(drawn(classes, label) for classes in (2, 3, 5, 10) for label in range(classes)),
    ]
)
def test_minus_1_over_the_probability_of_the_label(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSSGRAD-02")
@by_hand("LOSSGRAD-02")
def test_any_number_of_classes_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSSGRAD-02")
@each(
    [
        *(drawn(n, at) for n in (*TILES, *FULL_BLOCKS, 131) for at in (0, n - 1)),
        *(drawn(1000, label) for label in (511, 999)),
        drawn(300, 257),
        drawn(4099, 4097),
        # beyond a counter of 15 bits
        drawn(32_780, 32_769),
    ]
)
def test_any_number_of_classes(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSSGRAD-03")
@each(
    [
        gradient_case("other-split", [1 / 2, 1 / 8, 3 / 8], 0),
        gradient_case("other-split-again", [1 / 2, 3 / 8, 1 / 8], 0),
        *(gradient_case(f"others-{n}", [0.25, *np.full(n, 0.75 / n)], 0) for n in (1, 2, 6, 48)),
    ]
)
def test_other_classes_do_not_count(judge: Judge, case: Case) -> None:
    got = judge.correct(case)
    elsewhere = np.delete(got.ravel(), case.arguments["label"])
    judge.holds(case, not elsewhere.any(), "the gradient to another class is not 0", got)


# --- labels ----------------------------------------------------------------------------------

_KINDS = ("uint8", "int8", "int16", "int32", "int64", "uint16")


@requirement("LOSSGRAD-04")
@each(
    [
        *(
            gradient_case(f"label-{kind}", [1 / 8, 5 / 8, 1 / 4], np.dtype(kind).type(2))
            for kind in _KINDS
        ),
        *(drawn(300, np.dtype(kind).type(200), f"of-{kind}") for kind in ("uint8", "int64")),
        *(
            gradient_case(f"label-array-{label}", [1 / 8, 5 / 8, 1 / 4], np.array(label))
            for label in (0, 2)
        ),
    ]
)
def test_labels_as_datasets_hold_them(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, may_refuse=True))


TOO_HIGH = [drawn(n, at, "bad") for at, n in ((3, 3), (4, 3), (10, 10), (1, 1), (300, 3))]
NEGATIVE = [drawn(n, at, "bad") for at, n in ((-1, 3), (-3, 3), (-4, 3), (-1, 10))]
FRACTIONS = [drawn(n, at, "bad") for at, n in ((1.7, 3), (0.5, 3), (2.5, 4), (1.2, 10))]


@requirement("LOSSGRAD-05")
@each(TOO_HIGH)
def test_labels_beyond_the_classes_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("LOSSGRAD-06")
@each(FRACTIONS)
def test_labels_with_a_fraction_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("LOSSGRAD-07")
@each(NEGATIVE)
def test_negative_labels_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("LOSSGRAD-08")
@each([*TOO_HIGH, *NEGATIVE, *FRACTIONS])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("LOSSGRAD-05")
@each(TOO_HIGH[:2])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, hygiene()[:3])


# --- precision -------------------------------------------------------------------------------


@requirement("LOSSGRAD-09")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@each(
    [
        *(gradient_case(f"precise-{p:g}", [p, 1 - p], 0) for p in (1 / 3, 0.7, 0.01, 3 / STEPS)),
        *(drawn(classes, classes - 2, "typed") for classes in (5, 10, 17, 33)),
    ]
)
def test_nothing_is_added_or_rounded_away(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))
