"""softmax_cross_entropy: the loss of logits, of one row and of a batch."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.sequences import LONG, same_bytes, whole_first, widening
from cnnspec.declaration.case import FULL_BLOCKS, TILES, Case, integers, reals
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NotTestedError
from cnnspec.judge.testing import (
    by_hand,
    each,
    each_group,
    each_layout,
    each_shared,
    for_all,
    requirement,
)
from cnnspec.operations.softmax_cross_entropy.answer import by_differences
from cnnspec.operations.softmax_cross_entropy.combinations import COMBINATIONS

Array = NDArray[Any]


def case_of(name: str, logits: Any, label: Any) -> Case:
    given = {"logits": np.array(logits, np.float64), "label": label}
    return Case(f"softmax_cross_entropy/{name}", "softmax_cross_entropy", given)


def batch_of(name: str, logits: Any, labels: Any = None) -> Case:
    """Return a batch; where no labels are given, each row has another one than its neighbours."""
    rows, classes = np.shape(logits)
    if labels is None:
        labels = (np.arange(rows) * 3 + 1) % classes
    return case_of(name, logits, np.array(labels, np.int64))


def at_labels(name: str, logits: Any, *labels: int) -> list[Case]:
    """Return the same logits with several labels, by default all."""
    return [case_of(f"{name}-{at}", logits, at) for at in labels or range(len(logits))]


PLAIN = [
    *at_labels("1-2-3", [1, 2, 3]),
    *at_labels("descending", [3, 1, -2, -4]),
    *at_labels("two", [0.5, -0.25]),
    *at_labels("far-apart", [0, 20, -20, 5]),
    *at_labels("ties", [2, 0, 2]),
    *at_labels("beyond-30", [-31, 2, 4, 33]),
    *(
        case_of(
            f"real-{spread}-{classes}-at-{label}",
            scale * reals(f"loss-{spread}-{classes}", classes, spread=spread),
            label,
        )
        for spread, scale in (("uniform", 1), ("normal", 3), ("cancelling", 0.05), ("wide", 2**-18))
        for classes in (2, 5, 10)
        for label in (0, classes - 1)
    ),
]


#: Rows of which all losses differ, and their mean and sum too.
PROBE = batch_of("probe", [[1, 0, 2], [0, 3, -1]], [0, 2])


@requirement("LOGITS-01")
@by_hand("LOGITS-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-01")
@each(PLAIN)
def test_logarithm_of_the_sum_less_the_logit(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-01")
@each(PLAIN)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    given = judge.capabilities.narrowed(case).arguments
    allowed = 2 * judge.allowed(case, got)  # both may be off by the bound
    logits, label = given["logits"], given["label"]
    for name, expected in (
        ("log_softmax", -scipy.special.log_softmax(logits)[label]),
        ("logsumexp", scipy.special.logsumexp(logits) - logits[label]),
    ):
        why = f"not what scipy.special.{name} gives"
        judge.same(case, got.reshape(()), np.asarray(expected), allowed, why)


#: The label's logit is far above the others: the loss is a difference that cancels.
@requirement("LOGITS-01")
@each(
    [
        *(case_of(f"nearly-certain-{gap}", [0, gap, 1], 1) for gap in (6, 12, 25, 36, 50)),
        *(case_of(f"nearly-certain-first-of-{n}", [30, *reals(f"c-{n}", n - 1)], 0) for n in TILES),
    ]
)
def test_certainty(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-02")
@by_hand("LOGITS-02")
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
    "minus-800": [-800, -800],
    "minus-60000": [-60000, -60000, -59999],
    "one-very-low": [0, 1, -30000],
}


@requirement("LOGITS-02")
@each(
    [
        *(case for name, logits in LARGE.items() for case in at_labels(name, logits)),
        *at_labels("below-17", [0, -16, -17, -18]),
        *at_labels("below-100", [0, -87, -104, -150]),
        *at_labels("below-745", [0, -708, -746, -1074]),
        *(
            case_of(f"{word}-last-of-{n}-at-{at}", [*integers(f"{word}-{n}", n - 1), last], label)
            for n in TILES[::2]
            for word, last in (("largest", 3000), ("lowest", -3000))
            for at, label in (("first", 0), ("last", n - 1))
        ),
    ]
)
def test_no_overflow_and_no_probability_of_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-03")
@for_all(
    seed=st.integers(0, 10**6).map(str),
    classes=st.integers(1, 8),
    shift=st.sampled_from([-1000.0, -3.0, 64.0, 2000.0]),
)
def test_a_shift_changes_nothing(judge: Judge, seed: str, classes: int, shift: float) -> None:
    logits = integers(f"shift-{seed}", classes)
    label = int(seed) % classes
    case = case_of(f"drawn-{seed}-{classes}", logits, label)
    shifted = case_of(f"drawn-{seed}-{classes}-shifted-{shift}", logits + shift, label)
    got, expected = judge.value(shifted), judge.value(case).astype(float)
    allowed = judge.allowed(case, got) + judge.allowed(shifted, got)
    judge.same(shifted, got, expected, allowed, f"adding {shift} to all logits changes the result")


@requirement("LOGITS-03")
@for_all(seed=st.integers(0, 10**6).map(str), classes=st.integers(1, 8))
def test_the_losses_of_all_labels_belong_together(judge: Judge, seed: str, classes: int) -> None:
    cases = at_labels(f"drawn-all-{seed}-{classes}", 2 * reals(f"all-{seed}", classes))
    got = [judge.value(case).reshape(()) for case in cases]
    shares = np.exp([-float(loss) for loss in got])
    slack = [float(judge.allowed(case, one)) for case, one in zip(cases, got, strict=True)]
    allowed = float(shares @ np.expm1(slack)) + 1e-15 * classes
    total = float(shares.sum())
    judge.holds(
        cases[0],
        abs(total - 1) <= allowed,
        f"exp(-loss) of all {classes} labels sums to {total!r}, not to 1: bound {allowed:.3g}",
    )


@requirement("LOGITS-04")
@by_hand("LOGITS-04")
def test_number_of_classes_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-04")
@each(
    [
        *(case_of(f"single-{value}", [value], 0) for value in (0, 5, -3, 1000, -1000)),
        *(case_of(f"equal-{n}", np.full(n, 2.5), n // 2) for n in (2, 3, 7, 10, 16)),
        *(
            case_of(f"of-{n}-at-{label}", reals(f"classes-{n}", n), label)
            for n in (*TILES, 11, 101, 258)
            for label in (0, n - 1)
        ),
        *(
            case_of(f"whole-{n}", integers(f"whole-loss-{n}", n), n - 1)
            for n in (*FULL_BLOCKS, 1031, 4099)
        ),
        case_of("of-300-at-257", reals("classes-300", 300), 257),
        # beyond a counter of 15 bits
        case_of("of-32780-at-32769", integers("classes-32780", 32_780), 32_769),
    ]
)
def test_any_number_of_classes(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- batches ---------------------------------------------------------------------------------

BATCHES = [
    batch_of("rows-2x3", [[1, 2, 3], [0, -1, 4]]),
    batch_of("rows-3x4", integers("loss-rows", 3, 4)),
    batch_of("rows-4x3", integers("loss-rows-4x3", 4, 3)),
    batch_of("rows-3x3", integers("loss-rows-3x3", 3, 3)),
    batch_of("square-5", integers("loss-square", 5, 5)),
    batch_of("one-row", integers("loss-one-row", 1, 4)),
    batch_of("one-class", integers("loss-one-class", 4, 1)),
    batch_of("rows-apart", [[1000, 1001], [0, 1]]),
    batch_of("rows-far-apart", [[-2000, -2001, -2002], [0, 1, 2], [3000, 2999, 1]]),
    batch_of("equal-rows", np.repeat(integers("loss-equal", 1, 4), 4, axis=0)),
    batch_of("rows-of-equal-logits", [[7, 7, 7], [1, 2, 4], [-5, -5, -5]]),
    batch_of("labels-alike", integers("loss-alike", 4, 5), [2, 2, 2, 2]),
    batch_of("labels-falling", integers("loss-falling", 3, 3), [2, 1, 0]),
    batch_of("rows-rising", integers("loss-rising", 9, 3) + 90 * np.arange(9)[:, np.newaxis]),
    *(batch_of(f"two-rows-of-{n}", reals(f"loss-two-{n}", 2, n)) for n in TILES[1::2]),
    *(batch_of(f"{n}-rows", integers(f"loss-{n}-rows", n, 3)) for n in TILES),
    *(batch_of(f"{n}-rows", integers(f"loss-{n}-rows", n, 2)) for n in (12, 24, 96, 130)),
]


@requirement("LOGITS-05")
@by_hand("LOGITS-05")
def test_rows_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-05")
@each(BATCHES)
def test_every_row_by_itself(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-06")
@each([PROBE, *BATCHES[:3]])
def test_one_loss_for_each_row(judge: Judge, case: Case) -> None:
    judge.computes_or_refuses(case)
    if not offers_batches(judge):
        return
    got = judge.value(case)
    shape = (len(case.arguments["logits"]),)
    judge.holds(
        case, got.shape == shape, f"a batch is answered by the shape {got.shape}, not {shape}", got
    )


@requirement("LOGITS-17")
@pytest.mark.parametrize("worst", [[np.nan], [-np.inf], [np.inf], [1.0, 2.0, np.nan, 4.0]], ids=str)
@pytest.mark.parametrize("shape", [(3, 4), (4, 4), (20, 4)], ids=str)
def test_a_spoilt_row_leaves_the_others(
    judge: Judge, shape: tuple[int, ...], worst: list[float]
) -> None:
    clean = batch_of(f"rows-{shape[0]}-clean", integers(f"loss-clean-{shape}", *shape))
    logits = clean.arguments["logits"].copy()
    logits[1] = worst
    spoilt = batch_of(f"rows-{shape[0]}-{worst}", logits, clean.arguments["label"])
    if judge.reduction(clean.operation):
        raise NotTestedError("one number is returned for all rows")
    judge.correct_beside(replace(spoilt, may_refuse=True), clean, np.arange(shape[0]) == 1)


# --- special values --------------------------------------------------------------------------

_MASKED = {
    "first": [-np.inf, 1, 2, 0.5],
    "last": [1, 2, 0.5, -np.inf],
    "two": [-np.inf, 1, -np.inf, 2],
    "all-others": [-np.inf, 3, -np.inf],
}


@requirement("LOGITS-07")
@each(
    [
        *(
            case_of(f"masked-{name}-at-{label}", logits, label)
            for name, logits in _MASKED.items()
            for label in np.flatnonzero(np.isfinite(logits)).tolist()
        ),
        *(
            case_of(f"masked-first-{n}", [*np.full(n, -np.inf), 1.5, 1.5], n)
            for n in (2, 4, 8, 64, 128)
        ),
    ]
)
def test_minus_infinity_is_as_if_it_were_absent(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- dtypes ----------------------------------------------------------------------------------


@requirement("LOGITS-08")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        *at_labels("typed", [1, 2, 3]),
        *at_labels("typed-apart", [5, -4, 0.5]),
        *at_labels("typed-large", [1000, 1001, 1002]),
        *at_labels("typed-below-17", [0, -16, -17, -18]),
        *at_labels("typed-below-100", [0, -87, -104, -150]),
        *(
            case_of(f"typed-{n}-at-{label}", reals(f"typed-loss-{n}", n), label)
            for n in TILES[::2]
            for label in (0, n - 1)
        ),
        *(
            batch_of(f"typed-rows-{rows}x{n}", reals(f"typed-loss-{rows}", rows, n))
            for rows, n in ((3, 4), (4, 4), (9, 5), (2, 17))
        ),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("LOGITS-08")
@each(
    [
        case_of("wide-200", reals("wide-loss", 200), 3).cast("float16"),
        case_of("wide-1030", reals("wide-loss-32", 1030), 1029).cast("float32"),
        batch_of("wide-rows", reals("wide-loss-rows", 3, 130)).cast("float16"),
        batch_of("wide-rows", reals("wide-loss-rows", 3, 130)).cast("float32"),
    ]
)
def test_long_rows_in_other_dtypes(judge: Judge, case: Case) -> None:
    judge.correct(case)


def whole(name: str, logits: Any, dtype: str, label: Any) -> Case:
    """Return a case of integers, which may be refused."""
    case = case_of(f"{dtype}-{name}", [0], label)
    given = {"logits": np.array(logits).astype(dtype), "label": label}
    return replace(case, arguments=given, may_refuse=True)


@requirement("LOGITS-08")
@each(
    [
        *(
            whole(f"row-at-{label}", [1, 2, 4], dtype, label)
            for dtype in ("int64", "int32")
            for label in range(3)
        ),
        *(
            whole("rows", [[1, 2, 4], [0, -3, 5]], dtype, np.array([0, 1]))
            for dtype in ("int64", "int32")
        ),
    ]
)
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOGITS-18")
@each(
    [
        whole("row", [1, 2, 4], "uint8", 0),
        whole("row", [100, -100, 99], "int8", 1),
        whole("row-at-0", [100, -100, 99], "int8", 0),
        *(
            whole(f"of-{n}", integers(f"small-{n}", n, low=0, high=255), "uint8", n - 1)
            for n in (20, 70)
        ),
        whole("of-70", integers("small-int16", 70, low=-20000, high=20000), "int16", 3),
    ]
)
def test_small_integers_do_not_wrap(judge: Judge, case: Case) -> None:
    judge.correct(case)


_OF_LABELS = ("uint8", "int8", "int16", "int32", "int64", "uint16")


@requirement("LOGITS-09")
@each(
    [
        *(case_of(f"label-{kind}", [1, 2, 4], np.dtype(kind).type(2)) for kind in _OF_LABELS),
        *(
            case_of(f"label-array-{kind}-{label}", [1, 2, 4], np.array(label, kind))
            for kind in ("int64", "uint8")
            for label in (0, 2)
        ),
        *(
            case_of(f"label-200-{kind}", reals("of-300", 300), np.dtype(kind).type(200))
            for kind in ("uint8", "int64")
        ),
    ]
)
def test_labels_as_datasets_hold_them(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, may_refuse=True))


@requirement("LOGITS-09")
@each(
    [
        *(
            case_of(f"labels-{kind}", integers("typed-labels", 4, 3), np.array([2, 0, 1, 2], kind))
            for kind in _OF_LABELS
        ),
        *(
            case_of(f"labels-200-{kind}", reals("rows-300", 2, 300), np.array([200, 3], kind))
            for kind in ("uint8", "int64")
        ),
        case_of("labels-32769", integers("rows-32780", 2, 32_780), np.array([32_769, 3])),
    ]
)
def test_labels_of_batches_as_datasets_hold_them(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, may_refuse=True))


@requirement("LOGITS-10")
@each(
    [
        *(
            case_of(f"differences-{name}-{shift}", np.array(logits, float) + shift, label)
            for shift in (0, 1000, -1000, 30000)
            for name, logits, label in (
                ("near", [1, 2, 3], 0),
                ("nearly-certain", [0, 8, 1], 1),
                ("apart", [0, 20, -20, 5], 2),
            )
        ),
    ]
)
@pytest.mark.parametrize("dtype", ["", "float32"], ids=["as-it-is", "float32"])
def test_precision_depends_on_differences(judge: Judge, case: Case, dtype: str) -> None:
    case = case.cast(dtype) if dtype else case
    got = judge.value(case)
    given = judge.capabilities.narrowed(case).arguments
    coarsest = got.dtype if got.dtype.kind == "f" else given["logits"].dtype
    coarsest = min(coarsest, given["logits"].dtype, key=lambda one: one.itemsize)
    answer = by_differences(given, coarsest)
    why = "less precise than how far the logits lie apart allows"
    judge.same(case, got.reshape(()), answer.high, answer.allowed, why)


@requirement("LOGITS-19")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_two_options_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group))


# --- manners ---------------------------------------------------------------------------------

HYGIENE = [
    case_of("hygiene", [1, 2, 3, -1], 1),
    case_of("hygiene-real", reals("hygiene-loss", 20), 3),
    case_of("hygiene-large", [1000, 1001, 999], 2),
]
HYGIENE_OF_ROWS = [
    batch_of("hygiene-rows", integers("hygiene-loss-rows", 3, 4)),
    batch_of("hygiene-rows-5x3", reals("hygiene-loss-rows-5x3", 5, 3)),
]

SEQUENCES = {
    "one": [case_of(f"turn-{turn}", integers(f"loss-turn-{turn}", 12), 5) for turn in range(3)],
    "labels": [case_of(f"turn-label-{turn}", integers("loss-turn", 12), turn) for turn in range(3)],
    "rows": [
        batch_of(f"turn-rows-{turn}", integers(f"loss-turn-rows-{turn}", 2, 12), [3, 8])
        for turn in range(3)
    ],
    "labels-of-rows": [
        batch_of(f"turn-labels-{turn}", integers("loss-labels", 3, 5), [turn, 4 - turn, 2])
        for turn in range(3)
    ],
}

_STATE = case_of("state", reals("loss-state", 11), 4)
STATES = {
    "classes": [case_of(f"state-{n}", reals(f"loss-state-{n}", n), 3) for n in (21, 22, 23)],
    "rows": [batch_of(f"state-{n}-rows", reals(f"loss-state-r{n}", n, 7)) for n in (5, 6, 4)],
    "same-bytes": same_bytes(case_of("state-bytes", reals("loss-bytes", 6), 2), "logits"),
    "integers-first": whole_first(case_of("state", reals("loss-whole", 7), 2), "logits"),
    "narrow-first": widening(_STATE),
    "half-first": widening(
        case_of("state", reals("loss-half", 13), 1), "float16", "float32", "float64"
    ),
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [
    case_of("twice-37", reals("loss-37", 37), 30),
    batch_of("twice-3x19", reals("loss-3x19", 3, 19)),
    batch_of("twice-5x2", reals("loss-5x2", 5, 2)),
]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("LOGITS-11")
@each(
    [
        *HYGIENE,
        *HYGIENE_OF_ROWS,
        *(case.cast("float32") for case in (*HYGIENE, *HYGIENE_OF_ROWS)),
    ]
)
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("LOGITS-12")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("LOGITS-12")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("LOGITS-12")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("LOGITS-12")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("LOGITS-12")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("LOGITS-12")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("LOGITS-12")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("LOGITS-12")
@pytest.mark.parametrize(
    "cases",
    [
        [
            case_of(f"many-{turn}", integers("loss-many", 5) * (1 + turn / 64), 2)
            for turn in range(LONG)
        ],
        [
            batch_of(f"many-rows-{turn}", integers("loss-many", 2, 3) * (1 + turn / 64), [0, 2])
            for turn in range(LONG)
        ],
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("LOGITS-13")
@pytest.mark.parametrize("layout", ["fortran", "strided", "read-only"])
@each(
    [
        *HYGIENE,
        *HYGIENE_OF_ROWS,
        *(case.cast("float32") for case in (*HYGIENE, *HYGIENE_OF_ROWS)),
    ]
)
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = [
    whole("hygiene", [300, 298, 297], "int16", 1),
    whole("hygiene-rows", [[300, 298, 297], [-2, 0, -1]], "int16", np.array([1, 2])),
]

#: Labels which are another class's if their bytes are interchanged.
LABELLED = [
    case_of("labelled", reals("labelled", 300), np.array(256, "int16")),
    case_of("labelled-rows", reals("labelled-rows", 2, 300), np.array([1, 256], "int16")),
]


@requirement("LOGITS-13")
@each_layout([*HYGIENE, *HYGIENE_OF_ROWS, *INT16, *LABELLED])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    def check(case: Case) -> None:
        case = replace(case, may_refuse=True)
        if not isinstance(case.arguments["label"], int):
            judge.value(case)  # labels of a type that is refused are so in every layout
        judge.ignores_layout(case, layout)

    judge.in_turn(check, cases)


@requirement("LOGITS-13")
@each_shared([HYGIENE[1], *HYGIENE_OF_ROWS])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("LOGITS-14")
@each([*HYGIENE, *HYGIENE_OF_ROWS])
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- refusals --------------------------------------------------------------------------------

TOO_HIGH = [
    *(
        case_of(f"bad-label-{label}-of-{classes}", integers("bad", classes), label)
        for label, classes in ((3, 3), (4, 3), (10, 10), (1, 1), (300, 3), (2, 2), (21, 20))
    ),
    *(
        batch_of(f"bad-labels-{'-'.join(map(str, labels))}", integers("bad-rows", 3, 4), labels)
        for labels in ([4, 0, 1], [0, 4, 1], [0, 1, 4], [0, 1, 300])
    ),
]

NEGATIVE = [
    *(
        case_of(f"bad-label-{label}-of-{classes}", integers("bad", classes), label)
        for label, classes in ((-1, 3), (-3, 3), (-4, 3), (-1, 10))
    ),
    batch_of("bad-labels-with-minus-1", integers("bad-rows", 3, 4), [0, -1, 1]),
]

FRACTIONS = [
    *(
        case_of(f"bad-label-{label}-of-{classes}", integers("bad", classes), label)
        for label, classes in ((1.7, 3), (0.5, 3), (2.5, 4), (1.2, 10))
    ),
    case_of("bad-labels-with-fractions", integers("bad-rows", 3, 4), np.array([0.5, 1.7, 2.5])),
]

OTHER_COUNTS = [
    batch_of(f"{count}-labels-for-{rows}-rows", integers("counts", rows, 4), [1, 0, 2, 3][:count])
    for count, rows in ((2, 3), (4, 3), (3, 2), (3, 4))
]

ONE_FOR_ALL = [
    case_of("one-label-for-3-rows", integers("counts", 3, 4), np.array([1])),
    case_of("a-number-for-3-rows", integers("counts", 3, 4), 1),
    case_of("3-labels-for-one-row", integers("counts", 4), np.array([1, 0, 2])),
]


@requirement("LOGITS-15")
@each(TOO_HIGH)
def test_labels_beyond_the_classes_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITS-16")
@each(NEGATIVE)
def test_negative_labels_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITS-20")
@each(FRACTIONS)
def test_labels_with_a_fraction_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITS-21")
@each(OTHER_COUNTS)
def test_other_counts_of_labels_are_refused(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITS-22")
@each(ONE_FOR_ALL)
def test_one_label_is_not_taken_for_many(judge: Judge, case: Case) -> None:
    refuses(judge.rejects, judge, case)


@requirement("LOGITS-23")
@each([*TOO_HIGH, *NEGATIVE, *FRACTIONS, *OTHER_COUNTS])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    refuses(judge.rejects_cleanly, judge, case)


def refuses(check: Callable[[Case], None], judge: Judge, case: Case) -> None:
    """Check a bad call; batches only where they are offered."""
    if np.ndim(case.arguments["logits"]) == 2 and not offers_batches(judge):
        judge.value(PROBE)  # which says why not
    check(case)


def offers_batches(judge: Judge) -> bool:
    offered, operation = judge.capabilities, PROBE.operation
    return offered.offers(operation) and 2 in offered.of(operation).ranks


@requirement("LOGITS-12")
@each([TOO_HIGH[0], TOO_HIGH[4]])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, [SEQUENCES["one"][0], SEQUENCES["labels"][2]])
