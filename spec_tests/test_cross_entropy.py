"""cross_entropy: the loss."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.sequences import LONG, widening
from cnnspec.declaration.case import FULL_BLOCKS, TILES, Case, reals
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, each_layout, each_shared, requirement

Array = NDArray[Any]


def case_of(name: str, probabilities: Any, label: Any) -> Case:
    arguments = {"probabilities": np.array(probabilities, np.float64), "label": label}
    return Case(f"cross_entropy/{name}", "cross_entropy", arguments)


#: Steps of 1 / STEPS are exact in every dtype, and so are their sums up to 1, in every order: a
#: loss may refuse probabilities that do not sum to 1, or divide by their sum first.
STEPS = 2**11

#: Three probabilities in such steps.
EIGHTHS = [1 / 8, 5 / 8, 1 / 4]


def shares(weights: Array) -> Array:
    """Return probabilities near the weights, in whole steps, whose sum is exactly 1.

    Many classes take finer steps, which float32 holds too.
    """
    steps = max(STEPS, 2 ** (len(weights).bit_length() + 2))
    shared = np.maximum(np.floor(weights / weights.sum() * steps), 1)
    shared[np.argmax(shared)] += steps - shared.sum()
    return np.asarray(shared / steps)


def drawn(classes: int, label: int | np.integer[Any] | NDArray[Any]) -> Case:
    """Return random probabilities of so many classes."""
    weights = np.exp(reals(f"loss-{classes}", classes))
    return case_of(f"of-{classes}-at-{label}", shares(weights), label)


def half_of(classes: int) -> Case:
    """Return a probability of one half for the last class, and the rest for all the others."""
    others = np.full(classes - 1, STEPS // 2 // (classes - 1))
    others[0] += STEPS // 2 - others.sum()
    return case_of(f"half-of-{classes}", [*others / STEPS, 0.5], classes - 1)


def small(probability: float, *, of_the_label: bool = True) -> list[float]:
    """Return a small probability and what it leaves to the other class.

    Both are multiples of 2^-24: float32 holds them, and their sum is exact.
    """
    near = round(probability * 2**24) / 2**24
    return [near, 1 - near] if of_the_label else [1 - near, near]


SMALL = (1e-3, 1e-4, 1e-5, 2e-6)

#: Of no multiple of 2^-24: what the other classes leave of 1 has other digits.
UNEVEN = (1e-3 / 3, 1e-4 / 3, 1e-5 / 3)


@requirement("LOSS-01")
@by_hand("LOSS-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSS-01")
@each(
    [
        *(case_of(f"tenths-{label}", [0.1, 0.2, 0.3, 0.4], label) for label in range(4)),
        *(
            drawn(classes, label)
            for classes in (2, *TILES, 10, 11)
            for label in {0, 1, classes - 1}
        ),
        drawn(130, 129),
        drawn(300, 257),
        *(case_of(f"of-two-{p:g}", [p, 1 - p], 0) for p in (0.1, 0.3, 0.9)),
        *(half_of(classes) for classes in (7, 10, 33)),
        *(case_of(f"small-{p:g}", small(p), 0) for p in SMALL),
        *(case_of(f"nearly-certain-but-for-{p:g}", small(p, of_the_label=False), 0) for p in SMALL),
        *(case_of(f"uneven-and-last-{p:g}", [0.25, 0.75 - p, p], 2) for p in UNEVEN),
        *(case_of(f"uneven-and-first-{p:g}", [p, 0.75 - p, 0.25], 0) for p in UNEVEN),
        *(drawn(classes, classes - 1) for classes in FULL_BLOCKS),
        *(drawn(1000, label) for label in (0, 511, 999)),
        drawn(4096, 4095),
        drawn(4099, 4097),
        # beyond counters of 15 and 16 bits
        drawn(32_780, 32_769),
        drawn(65_550, 65_541),
        drawn(70_000, 69_999),
    ]
)
def test_negative_logarithm(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSS-02")
@by_hand("LOSS-02")
def test_other_classes_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSS-02")
@each(
    [
        case_of("zeros-elsewhere", [0, 0.5, 0.5], 1),
        case_of("zeros-around", [0, 0.25, 0, 0.75], 3),
        case_of("other-split", [1 / 2, 1 / 8, 3 / 8], 0),
        case_of("other-split-again", [1 / 2, 3 / 8, 1 / 8], 0),
    ]
)
def test_other_classes_do_not_count(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSS-03")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        case_of("typed", EIGHTHS, 1),
        case_of("typed-half", [0.5, 0.25, 0.25], 0),
        case_of("typed-small", [3 / STEPS, 1 - 3 / STEPS], 0),
        *(drawn(classes, classes - 2) for classes in (5, 10, 17, 33)),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("LOSS-03")
@each([drawn(classes, classes - 1).cast("float32") for classes in (130, 1000, 4097)])
def test_many_classes_in_float32(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSS-03")
@each([case_of(f"small-in-float32-{p:g}", small(p), 0) for p in (1e-5, 2e-6)])
def test_small_probabilities_in_float32(judge: Judge, case: Case) -> None:
    judge.correct(case.cast("float32"))


@requirement("LOSS-04")
@each(
    replace(case_of(f"label-array-{dtype}-{label}", EIGHTHS, np.array(label, dtype)))
    for dtype in ("int64", "uint8")
    for label in (0, 2)
)
def test_labels_as_arrays_without_axes(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, may_refuse=True))


@requirement("LOSS-04")
@each(
    replace(case_of(f"label-{kind.__name__}", EIGHTHS, kind(2)), may_refuse=True)
    for kind in (np.uint8, np.int8, np.int16, np.int32, np.int64, np.uint16)
)
def test_labels_as_datasets_hold_them(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("LOSS-04")
@each([replace(drawn(300, kind(200)), may_refuse=True) for kind in (np.uint8, np.int64)])
def test_labels_beyond_127(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, id=f"{case.id}-{type(case.arguments['label']).__name__}"))


@requirement("LOSS-05")
@each([case_of("certain", [0, 1, 0], 1), case_of("certain-first", [1, 0], 0)])
def test_certainty_costs_nothing(judge: Judge, case: Case) -> None:
    judge.correct(case)


HYGIENE = [
    case_of("hygiene", EIGHTHS, 1),
    case_of("hygiene-zero", [0, 0.5, 0.5], 1),
    drawn(20, 3),
]

SEQUENCE = [
    case_of(f"sequence-{turn}", [(turn + 1) / 8, 1 / 4, (5 - turn) / 8], 0) for turn in range(3)
]
LABELS = [case_of(f"sequence-label-{turn}", EIGHTHS, turn) for turn in range(3)]


def finely(case: Case) -> Case:
    """Return a case with other probabilities, of more digits than float32 has. They sum to 1."""
    probabilities = case.arguments["probabilities"].copy()
    pairs = probabilities[: probabilities.size // 2 * 2].reshape(-1, 2)
    pairs += np.arange(1, len(pairs) + 1)[:, np.newaxis] * np.array([2.0**-40, -(2.0**-40)])
    arguments = {**case.arguments, "probabilities": probabilities}
    return replace(case, id=f"{case.id}-finely", arguments=arguments)


STATES = {
    "classes": [drawn(classes, 3) for classes in (21, 22, 23)],
    "narrow-first": [*widening(drawn(24, 5)), finely(drawn(24, 5))],
    "half-first": [*widening(drawn(25, 5), "float16", "float32"), finely(drawn(25, 5))],
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [drawn(27, 3), drawn(31, 30)]

#: More losses than buffers are likely to be used in turn.
MANY = [
    case_of(f"many-{turn}", [(turn + 1) / 128, 1 - (turn + 1) / 128], 0) for turn in range(LONG)
]


in_sequence = pytest.mark.parametrize("cases", [SEQUENCE, LABELS], ids=["values", "labels"])


@requirement("LOSS-06")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("LOSS-07")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("LOSS-07")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("LOSS-07")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("LOSS-07")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)
    judge.keeps_results(cases)


@requirement("LOSS-07")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("LOSS-07")
def test_many_results_stay(judge: Judge) -> None:
    judge.keeps_many_results(MANY)


@requirement("LOSS-08")
@pytest.mark.parametrize("layout", ["strided", "read-only"])
@each(HYGIENE)
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


#: Labels in arrays without axes, which are another class's if their bytes are interchanged.
LABELLED = [drawn(300, np.array(label, "int16")) for label in (1, 256)]


@requirement("LOSS-08")
@each_layout([*HYGIENE, *LABELLED])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("LOSS-08")
@each_shared([case_of("hygiene-uniform", np.full(4, 0.25), np.array(1))])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


TOO_HIGH = [
    case_of(f"bad-label-{label}-of-{classes}", shares(np.ones(classes)), label)
    for label, classes in ((3, 3), (4, 3), (10, 10), (1, 1), (300, 3), (2, 2), (20, 20), (21, 20))
]


@requirement("LOSS-09")
@each(TOO_HIGH)
def test_labels_beyond_the_classes_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("LOSS-07")
@each([SEQUENCE[0], LABELS[2]])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("LOSS-07")
@each([TOO_HIGH[0], TOO_HIGH[4]])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, [SEQUENCE[0], LABELS[2]])


NEGATIVE = [
    case_of(f"bad-label-{label}-of-{classes}", shares(np.ones(classes)), label)
    for label, classes in ((-1, 3), (-3, 3), (-4, 3), (-1, 10))
]


@requirement("LOSS-10")
@each(NEGATIVE)
def test_negative_labels_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


FRACTIONS = [
    case_of(f"bad-label-{label}-of-{classes}", np.full(classes, 1 / classes), label)
    for label, classes in ((1.7, 3), (0.5, 3), (2.5, 4), (1.2, 10))
]


@requirement("LOSS-12")
@each(FRACTIONS)
def test_labels_with_a_fraction_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("LOSS-11")
@each([*TOO_HIGH, *NEGATIVE, *FRACTIONS])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)
