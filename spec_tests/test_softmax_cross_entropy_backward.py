"""softmax_cross_entropy_backward: the gradient of the loss of logits, of one row and of a batch."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, integers, reals
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_spoilt, for_all, requirement
from cnnspec.operations.softmax_cross_entropy.backward.cases import (
    at_labels,
    batch_case,
    gradient_case,
    hygiene,
)
from cnnspec.operations.softmax_cross_entropy.backward.combinations import COMBINATIONS

Array = NDArray[Any]

NAME = "softmax_cross_entropy_backward"


@requirement("LOGITSGRAD-01")
@by_hand("LOGITSGRAD-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITSGRAD-01")
@each(
    [
        *at_labels("1-2-3", [1, 2, 3]),
        *at_labels("descending", [3, 1, -2, -4]),
        *at_labels("two", [0.5, -0.25]),
        *at_labels("far-apart", [0, 20, -20, 5]),
        *at_labels("ties", [2, 0, 2]),
        *(gradient_case(f"nearly-certain-{gap}", [0, gap, 1], 1) for gap in (6, 12, 25, 36, 50)),
    ]
)
def test_probabilities_less_1_at_the_label(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITSGRAD-02")
@by_hand("LOGITSGRAD-02")
def test_no_overflow_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


LARGE = {
    "1000": [1000, 1001, 1002],
    "710": [710, 0, 0],
    "minus-1000": [-1000, -1001, -999],
    "plus-minus-1000": [1000, 0, -1000],
    "ten-thousand": [10000, 9999, 0],
    "plus-minus-ten-thousand": [-10000, 10000],
    "89": [89, 88, 0],
    "minus-110": [-110, -109, -111],
    "one-very-low": [0, 1, -30000],
    "below-745": [0, -708, -746, -1074],
}


@requirement("LOGITSGRAD-02")
@each(case for name, logits in LARGE.items() for case in at_labels(name, logits))
def test_no_overflow_and_no_probability_of_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- relations -------------------------------------------------------------------------------


@requirement("LOGITSGRAD-03")
@for_all(seed=st.integers(0, 10**6).map(str), classes=st.integers(1, 8))
def test_sums_to_0_and_is_below_0_at_the_label_alone(judge: Judge, seed: str, classes: int) -> None:
    label = int(seed) % classes
    case = gradient_case(f"drawn-{seed}-{classes}", 2 * reals(f"sum-{seed}", classes), label)
    got = judge.value(case)
    allowed = judge.allowed(case, got)
    values = got.astype(np.float64)
    bound, total = float(allowed.sum()) + 1e-15 * classes, float(values.sum())
    said = f"the gradient of a row sums to {total!r}, not to 0: bound {bound:.3g}"
    judge.holds(case, abs(total) <= bound, said, got)
    signs = np.where(np.arange(classes) == label, -1, 1)
    said = "the gradient is above 0 at the label, or below 0 at another class"
    judge.holds(case, (signs * values >= -allowed).all(), said, got)


@requirement("LOGITSGRAD-03")
@for_all(
    seed=st.integers(0, 10**6).map(str),
    classes=st.integers(1, 8),
    shift=st.sampled_from([-1000.0, -3.0, 64.0, 2000.0]),
)
def test_a_shift_changes_nothing(judge: Judge, seed: str, classes: int, shift: float) -> None:
    logits, label = integers(f"shift-{seed}", classes), int(seed) % classes
    case = gradient_case(f"drawn-{seed}-{classes}", logits, label)
    moved = gradient_case(f"drawn-{seed}-{classes}-shifted-{shift}", logits + shift, label)
    got, expected = judge.value(moved), judge.value(case).astype(float)
    allowed = judge.allowed(case, got) + judge.allowed(moved, got)
    judge.same(moved, got, expected, allowed, f"adding {shift} to all logits changes the result")


# --- classes ---------------------------------------------------------------------------------


@requirement("LOGITSGRAD-04")
@by_hand("LOGITSGRAD-04")
def test_number_of_classes_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITSGRAD-04")
@each(
    [
        *(gradient_case(f"single-{value}", [value], 0) for value in (0, 5, -3, 1000)),
        *(
            gradient_case(f"of-{n}-at-{label}", reals(f"gradient-{n}", n), label)
            for n in (*TILES, *FULL_BLOCKS, 131)
            for label in (0, n - 1)
        ),
        gradient_case("of-300-at-257", reals("classes-300", 300), 257),
    ]
)
def test_any_number_of_classes(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- batches ---------------------------------------------------------------------------------

BATCHES = [
    batch_case("rows-2x3", [[1, 2, 3], [0, -1, 4]]),
    *(
        batch_case(f"rows-{rows}x{n}", integers(f"gradient-{rows}x{n}", rows, n))
        for rows, n in ((3, 4), (4, 3), (3, 3), (5, 5), (1, 4), (4, 1), (2, 10), (10, 2))
    ),
    batch_case("rows-far-apart", [[-2000, -2001, -2002], [0, 1, 2], [3000, 2999, 1]]),
    batch_case("equal-rows", np.repeat(integers("gradient-equal", 1, 4), 4, axis=0)),
    batch_case("labels-alike", integers("gradient-alike", 4, 5), [2, 2, 2, 2]),
    batch_case("labels-falling", integers("gradient-falling", 3, 3), [2, 1, 0]),
    *(batch_case(f"two-rows-of-{n}", reals(f"gradient-two-{n}", 2, n)) for n in TILES[1::2]),
    *(batch_case(f"{n}-rows", integers(f"gradient-{n}-rows", n, 3)) for n in (*TILES, 12, 96, 130)),
]


@requirement("LOGITSGRAD-05")
@by_hand("LOGITSGRAD-05")
def test_rows_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITSGRAD-05")
@each(BATCHES)
def test_every_row_by_itself(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITSGRAD-05")
@each(BATCHES[:3])
def test_it_belongs_to_the_loss_that_is_returned(judge: Judge, case: Case) -> None:
    got, due = judge.correct(case), judge.reduction_of_its_loss(NAME)
    said = {
        "": "the loss of a batch is a sum, but its gradient is divided by the number of rows",
        "mean": "the loss of a batch is the mean over its rows, but its gradient is not divided by"
        " their number",
    }
    judge.holds(case, due in (None, judge.reduction(NAME)), said[due or ""], got)


# --- special values --------------------------------------------------------------------------

_MASKED = {
    "first": [-np.inf, 1, 2, 0.5],
    "last": [1, 2, 0.5, -np.inf],
    "two": [-np.inf, 1, -np.inf, 2],
    "all-others": [-np.inf, 3, -np.inf],
}


@requirement("LOGITSGRAD-06")
@each(
    gradient_case(f"masked-{name}-at-{label}", logits, label)
    for name, logits in _MASKED.items()
    for label in np.flatnonzero(np.isfinite(logits)).tolist()
)
def test_minus_infinity_is_as_if_it_were_absent(judge: Judge, case: Case) -> None:
    judge.correct(case)


def spoilt() -> dict[str, tuple[Case, Case, Array]]:
    """Return batches of which one row is spoilt, beside clean ones."""
    found = {}
    for worst in ([np.nan], [-np.inf], [np.inf], [1.0, 2.0, np.nan, 4.0]):
        for rows in (3, 4, 20):
            clean = batch_case(f"{rows}-rows-clean", integers(f"gradient-clean-{rows}", rows, 4))
            logits = clean.arguments["logits"].copy()
            logits[1] = worst
            case = batch_case(f"{rows}-rows-{worst}", logits, clean.arguments["label"])
            where = np.broadcast_to(np.arange(rows)[:, np.newaxis] == 1, (rows, 4))
            found[case.id] = (replace(case, may_refuse=True), clean, where)
    return found


@requirement("LOGITSGRAD-07")
@each_spoilt(spoilt())
def test_a_spoilt_row_leaves_the_others(judge: Judge, beside: tuple[Case, Case, Array]) -> None:
    case, clean, where = beside
    judge.correct_beside(case, clean, where)


@requirement("LOGITSGRAD-08")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_two_choices_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, NAME))


@requirement("LOGITSGRAD-09")
@each(
    gradient_case(
        f"real-{spread}-{n}-at-{at}", scale * reals(f"r-{spread}-{n}", n, spread=spread), at
    )
    for spread, scale in zip(SPREADS, (1, 3, 0.05, 2.0**-18), strict=True)
    for n in (2, 10, 160)
    for at in (0, n - 1)
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- labels ----------------------------------------------------------------------------------

_KINDS = ("uint8", "int8", "int16", "int32", "int64", "uint16")


@requirement("LOGITSGRAD-10")
@each(
    [
        *(gradient_case(f"label-{kind}", [1, 2, 4], np.dtype(kind).type(2)) for kind in _KINDS),
        *(gradient_case(f"label-array-{label}", [1, 2, 4], np.array(label)) for label in (0, 2)),
        gradient_case("label-200", reals("of-300", 300), np.uint8(200)),
        *(
            gradient_case(f"labels-{kind}", integers("l", 4, 3), np.array([2, 0, 1, 2], kind))
            for kind in _KINDS
        ),
        gradient_case("labels-200", reals("rows-300", 2, 300), np.array([200, 3], "uint8")),
    ]
)
def test_labels_as_datasets_hold_them(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, may_refuse=True))


TOO_HIGH = [
    *(
        gradient_case(f"bad-label-{label}-of-{n}", integers("bad", n), label)
        for label, n in ((3, 3), (4, 3), (10, 10), (1, 1), (300, 3))
    ),
    *(
        batch_case(f"bad-labels-{'-'.join(map(str, labels))}", integers("bad-rows", 3, 4), labels)
        for labels in ([4, 0, 1], [0, 1, 4], [0, 1, 300])
    ),
]
NEGATIVE = [
    *(
        gradient_case(f"bad-label-{label}-of-{n}", integers("bad", n), label)
        for label, n in ((-1, 3), (-3, 3), (-4, 3))
    ),
    batch_case("bad-labels-with-minus-1", integers("bad-rows", 3, 4), [0, -1, 1]),
]
FRACTIONS = [
    *(
        gradient_case(f"bad-label-{label}-of-{n}", integers("bad", n), label)
        for label, n in ((1.7, 3), (0.5, 3), (2.5, 4))
    ),
    gradient_case("bad-labels-with-fractions", integers("b", 3, 4), np.array([0.5, 1.7, 2.5])),
]
OTHER_COUNTS = [
    batch_case(f"{count}-labels-for-{rows}-rows", integers("n", rows, 4), [1, 0, 2, 3][:count])
    for count, rows in ((2, 3), (4, 3), (3, 2), (3, 4))
]


@requirement("LOGITSGRAD-11")
@each(TOO_HIGH)
def test_labels_beyond_the_classes_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITSGRAD-12")
@each(FRACTIONS)
def test_labels_with_a_fraction_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITSGRAD-13")
@each(OTHER_COUNTS)
def test_other_counts_of_labels_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITSGRAD-14")
@each(NEGATIVE)
def test_negative_labels_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITSGRAD-15")
@each([*TOO_HIGH, *NEGATIVE, *FRACTIONS, *OTHER_COUNTS])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    refuses(judge.rejects_cleanly, judge, case)


def refuses(check: Callable[[Case], None], judge: Judge, case: Case) -> None:
    """Check a bad call; batches only where they are offered."""
    if np.ndim(case.arguments["logits"]) == 2 and 2 not in ranks(judge):
        judge.value(BATCHES[0])  # which says why not
    check(case)


def ranks(judge: Judge) -> frozenset[int]:
    """Return the numbers of axes of logits that are taken."""
    offered = judge.capabilities
    return offered.of(NAME).ranks if offered.offers(NAME) else frozenset()


@requirement("LOGITSGRAD-11")
@each([TOO_HIGH[0], TOO_HIGH[5]])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, hygiene()[:3])
