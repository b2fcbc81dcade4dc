"""softmax: probabilities from logits, alone and behind a dense layer."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.sequences import in_shapes, long_run, same_bytes, whole_first, widening
from cnnspec.declaration.case import FULL_BLOCKS, TILES, Case, integers, reals, with_float32
from cnnspec.exact import bounds, bounds_of_probabilities
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import (
    by_hand,
    each,
    each_group,
    each_layout,
    each_shared,
    for_all,
    requirement,
)
from cnnspec.operations.dense.cases import dense_case
from cnnspec.operations.softmax.combinations import COMBINATIONS

Array = NDArray[Any]


def case_of(name: str, logits: Any) -> Case:
    return Case(f"softmax/{name}", "softmax", {"logits": np.array(logits, dtype=np.float64)})


PLAIN = [
    case_of("1-2-3", [1, 2, 3]),
    case_of("descending", [3, 1, -2, -4]),
    case_of("negative", [-5, -1, -3]),
    case_of("two", [0.5, -0.25]),
    case_of("far-apart", [0, 20, -20, 5]),
    case_of("with-zero", [0, 0, 3]),
    case_of("beyond-30", [-31, 2, 4, 33]),
    *(
        case_of(
            f"real-{spread}-{nodes}",
            scale * reals(f"soft-{spread}-{nodes}", nodes, spread=spread),
        )
        for spread, scale in (
            ("uniform", 1),
            ("normal", 3),
            ("cancelling", 0.05),
            ("wide", 2.0**-18),
        )
        for nodes in (2, 5, 10)
    ),
]


@requirement("SOFTMAX-01")
@by_hand("SOFTMAX-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-01")
@each(PLAIN)
def test_exponentials_over_their_sum(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-01")
@each(PLAIN)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    expected = scipy.special.softmax(judge.capabilities.narrowed(case).arguments["logits"])
    allowed = 2 * judge.allowed(case, got)  # both may be off by the bound
    judge.same(case, got, expected, allowed, "not what scipy.special.softmax computes")


@requirement("SOFTMAX-02")
@each(
    [
        case_of("1000", [1000, 1001, 1002]),
        case_of("710", [710, 0, 0]),
        case_of("minus-1000", [-1000, -1001, -999]),
        case_of("plus-minus-1000", [1000, 0, -1000]),
        case_of("ten-thousand", [10000, 9999, 0]),
        case_of("89", [89, 88, 0]),
        case_of("minus-110", [-110, -109, -111]),
        case_of("minus-800", [-800, -800]),
        case_of("first-largest", [3000, 1, 2]),
        case_of("last-largest", [1, 2, 3000]),
        case_of("one-very-low", [0, 1, -30000]),
        case_of("minus-60000", [-60000, -60000, -59999]),
        *(case_of(f"largest-last-of-{n}", [*integers(f"last-{n}", n - 1), 3000]) for n in TILES),
        *(case_of(f"lowest-last-of-{n}", [*integers(f"low-{n}", n - 1), -3000]) for n in TILES),
    ]
)
def test_no_overflow(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-03")
@for_all(
    seed=st.integers(0, 10**6).map(str),
    nodes=st.integers(1, 8),
    shift=st.sampled_from([-1000.0, -3.0, 64.0, 2000.0]),
)
def test_a_shift_changes_nothing(judge: Judge, seed: str, nodes: int, shift: float) -> None:
    logits = integers(f"shift-{seed}", nodes)
    case = case_of(f"drawn-{seed}-{nodes}", logits)
    shifted = case_of(f"drawn-{seed}-{nodes}-shifted-{shift}", logits + shift)
    got, expected = judge.value(shifted), judge.value(case).astype(float)
    allowed = judge.allowed(case, got) + judge.allowed(shifted, got)
    judge.same(shifted, got, expected, allowed, f"adding {shift} to all logits changes the result")


@requirement("SOFTMAX-04")
@each([*PLAIN, case_of("many", reals("many", 130))])
def test_probabilities_sum_to_1(judge: Judge, case: Case) -> None:
    got = judge.value(case)
    logits = judge.capabilities.narrowed(case).arguments["logits"]
    values = got.astype(np.float64)
    total = math.fsum(values.ravel())
    exact_sum = judge.answer(case, got.dtype).high
    mean_distance = float(exact_sum @ (logits.max() - logits))
    largest = float(np.abs(logits).max())
    dtype = bounds.coarsest(got.dtype, logits.dtype)
    allowed = bounds_of_probabilities.rule_sum(len(logits), mean_distance, largest, dtype)
    judge.holds(case, ((values >= 0) & (values <= 1)).all(), "a probability is not from 0 to 1")
    judge.holds(
        case,
        abs(total - 1) <= allowed,
        f"the probabilities sum to {total!r}, off by {abs(total - 1):.3g}, bound {allowed:.3g}",
    )


@requirement("SOFTMAX-04")
@for_all(seed=st.integers(0, 10**6).map(str), nodes=st.integers(2, 9))
def test_order_is_kept(judge: Judge, seed: str, nodes: int) -> None:
    logits = integers(f"order-{seed}", nodes)
    case = case_of(f"drawn-order-{seed}-{nodes}", logits)
    sorted_by_logits = judge.value(case)[np.argsort(logits)]
    judge.holds(
        case, (np.diff(sorted_by_logits) >= 0).all(), "a larger logit has a smaller probability"
    )


@requirement("SOFTMAX-05")
@by_hand("SOFTMAX-05")
def test_rows_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-05")
@each(
    [
        case_of("rows-apart", [[1000, 1001], [0, 1]]),
        case_of("rows-3x4", integers("rows", 3, 4)),
        case_of("rows-4x3", integers("rows-4x3", 4, 3)),
        case_of("rows-3x3", integers("rows-3x3", 3, 3)),
        case_of("one-row", integers("one-row", 1, 4)),
        case_of("one-column", integers("one-column", 4, 1)),
        case_of("rows-far-apart", [[-2000, -2001, -2002], [0, 1, 2], [3000, 2999, 1]]),
        case_of("many-rows", integers("many-rows", 35, 3)),
        case_of("rows-of-rows", integers("rows-of-rows", 2, 3, 4)),
        case_of("cube", integers("cube", 3, 3, 3)),
        case_of("cube-far-apart", 500 * integers("cube-far-apart", 2, 3, 4)),
        case_of("cube-low", integers("cube-low", 2, 2, 3) - 2000),
        case_of("rows-underflow", [[0, 1, 2], [-900, -901, -902]]),
        case_of("260-rows", integers("260-rows", 260, 2)),
        case_of("rows-of-261", integers("rows-of-261", 2, 261)),
        case_of("rows-falling", integers("falling", 12, 3) - 700 * np.arange(12)[:, np.newaxis]),
        case_of("rows-rising", integers("rising", 33, 3) + 40 * np.arange(33)[:, np.newaxis]),
        *(case_of(f"two-rows-of-{size}", integers(f"rows-{size}", 2, size)) for size in TILES),
        *(case_of(f"{size}-rows", integers(f"{size}-rows", size, 3)) for size in TILES),
    ]
)
def test_every_row_by_itself(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-05")
@each(
    [
        case_of("square-2", [[1, 2], [5, 3]]),
        case_of("square-5", integers("square-5", 5, 5)),
        case_of("square-of-squares", integers("square-of-squares", 2, 2, 2)),
        case_of("as-many-matrices", integers("as-many-matrices", 3, 4, 3)),
        case_of("rows-of-zeros", np.array([[0, 0, 0], [1, 2, 4], [0, 0, 0], [3, 0, 1]])),
        case_of("rows-of-equal-logits", np.array([[7, 7, 7], [1, 2, 4], [-5, -5, -5]])),
        case_of("equal-rows", np.repeat(integers("equal-rows", 1, 4), 3, axis=0)),
        case_of("rows-of-530", integers("rows-of-530", 2, 530)),
        *(
            case_of(f"{size}-rows-of-2", integers(f"{size}-rows", size, 2))
            for size in FULL_BLOCKS[:-1]
        ),
        *(
            case_of(f"2-rows-of-{size}", integers(f"of-{size}", 2, size))
            for size in FULL_BLOCKS[:-1]
        ),
        case_of("530-rows", integers("530-rows", 530, 2)),
    ]
)
def test_rows_that_are_square_equal_or_many(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-19")
@pytest.mark.parametrize("worst", [[np.nan], [-np.inf], [np.inf], [1.0, 2.0, np.nan, 4.0]], ids=str)
@pytest.mark.parametrize("shape", [(3, 4), (4, 4), (2, 3, 4), (20, 4)], ids=str)
def test_a_spoilt_row_leaves_the_others(
    judge: Judge, shape: tuple[int, ...], worst: list[float]
) -> None:
    name = "x".join(map(str, shape))
    clean = case_of(f"rows-{name}-clean", integers(f"clean-{name}", *shape))
    logits = clean.arguments["logits"].copy()
    logits.reshape(-1, shape[-1])[1] = worst
    spoilt = replace(case_of(f"rows-{name}-{worst}", logits), may_refuse=True)
    rows = np.arange(logits.size // shape[-1]).reshape(*shape[:-1], 1) == 1
    judge.correct_beside(spoilt, clean, np.broadcast_to(rows, shape))


@requirement("SOFTMAX-06")
@each(
    [
        *(case_of(f"single-{value}", [value]) for value in (0, 5, -3, 1000, -1000)),
        *(case_of(f"equal-{nodes}", np.full(nodes, 2.5)) for nodes in (2, 3, 7, 10, 16)),
        *(
            case_of(f"many-{nodes}", reals(f"many-{nodes}", nodes))
            for nodes in (*TILES, 11, 101, 130, 258, 1031, 2053)
        ),
        case_of("rows-of-17", reals("rows-of-17", 2, 17)),
        *(
            case_of(f"whole-{nodes}", integers(f"whole-{nodes}", nodes))
            for nodes in (*FULL_BLOCKS, 4096, 4099)
        ),
    ]
)
def test_any_number_of_nodes(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-07")
@pytest.mark.parametrize("place", range(3))
def test_minus_infinity_is_impossible(judge: Judge, place: int) -> None:
    logits = np.zeros(3)
    logits[place] = -np.inf
    case = case_of(f"minus-infinity-at-{place}", logits)
    shares_among_the_others(
        judge, case, np.arange(3) == place, "-infinity must get 0, the others half each"
    )


def shares_among_the_others(judge: Judge, case: Case, masked: Array, why: str) -> None:
    """Check that masked classes get exactly 0, and the others the same share, within its bound."""
    got = judge.value(case)
    logits = case.arguments["logits"]
    expected = np.where(masked, 0.0, 1 / np.count_nonzero(~masked))
    allowed = np.zeros(logits.shape)
    if got.shape == logits.shape:
        others = replace(case, arguments={"logits": logits[..., ~masked]})
        allowed[..., ~masked] = judge.allowed(others, got[..., ~masked])
    judge.same(case, got, np.broadcast_to(expected, logits.shape), allowed, why)


#: Which logits are masked: whole blocks of those that are read together, first, last or between.
MASKED = {
    "first-2-of-4": np.arange(4) < 2,
    "first-4-of-6": np.arange(6) < 4,
    "first-8-of-12": np.arange(12) < 8,
    "first-64-of-128": np.arange(128) < 64,
    "first-128-of-130": np.arange(130) < 128,
    "last-4-of-8": np.arange(8) >= 4,
    "last-64-of-66": np.arange(66) >= 2,
    "between-of-72": (np.arange(72) >= 4) & (np.arange(72) < 68),
    "every-second-of-32": np.arange(32) % 2 == 0,
}


@requirement("SOFTMAX-07")
@pytest.mark.parametrize("name", MASKED)
@pytest.mark.parametrize("rows", [(), (2,)], ids=["vector", "rows"])
def test_masked_classes_are_impossible(judge: Judge, name: str, rows: tuple[int, ...]) -> None:
    masked = MASKED[name]
    logits = np.broadcast_to(np.where(masked, -np.inf, 1.5), (*rows, len(masked))).copy()
    case = case_of(f"masked-{name}-{'x'.join(map(str, logits.shape))}", logits)
    shares_among_the_others(judge, case, masked, "-infinity must get 0, the others 1/n")


@requirement("SOFTMAX-08")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        case_of("typed", [1, 2, 3]),
        case_of("typed-apart", [5, -4, 0.5]),
        case_of("typed-large", [1000, 1001, 1002]),
        case_of("typed-real", reals("typed-soft", 10)),
        case_of("typed-rows", integers("typed-rows", 3, 4)),
        case_of("typed-square", integers("typed-square", 4, 4)),
        case_of("typed-rows-of-real", reals("typed-rows-of-real", 9, 5)),
        *(case_of(f"typed-{size}", reals(f"typed-{size}", size)) for size in TILES),
        *(case_of(f"typed-rows-of-{size}", reals(f"typed-{size}", 2, size)) for size in TILES[::3]),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("SOFTMAX-08")
@each(
    Case(f"softmax/{dtype}-{name}", "softmax", {"logits": np.array(values, dtype)}, may_refuse=True)
    for dtype in ("int64", "int32")
    for name, values in (("row", [1, 2, 4]), ("rows", [[1, 2, 4], [0, -3, 5]]))
)
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-17")
@each(
    Case(f"softmax/{dtype}", "softmax", {"logits": np.array(values, dtype)}, may_refuse=True)
    for dtype, values in (("uint8", [1, 2, 4]), ("int8", [100, -100, 99]))
)
def test_small_integers_do_not_wrap(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-08")
@each(
    [
        case_of("wide-rows", reals("wide-rows", 3, 130)).cast("float16"),
        case_of("wide", reals("wide-float16", 200)).cast("float16"),
        case_of("wide-rows", reals("wide-rows", 3, 130)).cast("float32"),
        case_of("wide", reals("wide-float32", 1030)).cast("float32"),
        *(
            Case(f"softmax/wide-{dtype}", "softmax", {"logits": logits}, may_refuse=True)
            for dtype in ("int64", "int32")
            for logits in (integers("wide-int", 130).astype(dtype),)
        ),
    ]
)
def test_other_dtypes_beyond_vectors(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-17")
@each(
    Case(f"softmax/{dtype}-{name}", "softmax", {"logits": logits}, may_refuse=True)
    for dtype, low, high in (("uint8", 0, 255), ("int8", -128, 127), ("int16", -20000, 20000))
    for name, shape in (("row", (70,)), ("rows", (3, 18)))
    for logits in (integers(f"wide-{dtype}", *shape, low=low, high=high).astype(dtype),)
)
def test_small_integers_beyond_vectors(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-18")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_two_options_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group))


# --- hygiene ---------------------------------------------------------------------------------

HYGIENE = [
    case_of("hygiene", [1, 2, 3, -1]),
    case_of("hygiene-real", reals("hygiene-soft", 20)),
    case_of("hygiene-large", [1000, 1001, 999]),
    case_of("hygiene-rows", integers("hygiene-rows", 3, 4)),
]

SEQUENCES = {
    "one": [case_of(f"sequence-{turn}", integers(f"sequence-{turn}", 12)) for turn in range(3)],
    "rows": [
        case_of(f"sequence-rows-{turn}", integers(f"sequence-rows-{turn}", 2, 12))
        for turn in range(3)
    ],
    "reshaped": [
        case_of(f"sequence-{rows}x{nodes}", integers("reshaped", 28).reshape(rows, nodes))
        for rows, nodes in ((2, 14), (4, 7), (7, 4))
    ],
}

STATES = {
    "axes": in_shapes(case_of("state", reals("state", 36)), "logits", (36,), (3, 12), (1, 36)),
    "same-bytes": same_bytes(case_of("state-bytes", reals("bytes", 2, 6)), "logits"),
    "integers-first": whole_first(case_of("state", reals("state", 3, 7)), "logits"),
    "narrow-first": widening(case_of("state", reals("state", 3, 11))),
    "half-first": widening(case_of("state", reals("state", 13)), "float16", "float32", "float64"),
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [
    case_of(f"twice-{'x'.join(map(str, shape))}", reals(f"twice-{shape}", *shape))
    for shape in ((37,), (3, 19), (5, 2))
]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("SOFTMAX-06")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("SOFTMAX-09")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("SOFTMAX-10")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("SOFTMAX-10")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("SOFTMAX-10")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("SOFTMAX-10")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("SOFTMAX-10")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("SOFTMAX-10")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("SOFTMAX-10")
@each([cases[0] for cases in SEQUENCES.values()])
def test_no_logits_leave_nothing_behind(judge: Judge, case: Case) -> None:
    of_no_nodes = case_of("of-no-nodes", case.arguments["logits"][..., :0])
    judge.recovers(of_no_nodes, [case])


@requirement("SOFTMAX-11")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("SOFTMAX-11")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(case_of("many", integers("many", 5)), "logits"),
        long_run(case_of("many-rows", integers("many", 2, 3)), "logits"),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("SOFTMAX-12")
@pytest.mark.parametrize("layout", ["fortran", "strided", "read-only"])
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = Case(
    "softmax/hygiene-int16",
    "softmax",
    {"logits": np.array([[300, 298, 297], [-2, 0, -1]], "int16")},
)


@requirement("SOFTMAX-12")
@each_layout([*HYGIENE, INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("SOFTMAX-12")
@each_shared(HYGIENE)
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("SOFTMAX-13")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- behind a dense layer --------------------------------------------------------------------


def layer(name: str, x: tuple[int, ...], nodes: int, data: str = "integers") -> Case:
    """Return a softmax layer, with weights that keep the logits close together."""
    case = dense_case(name, x, nodes, data=data, operation="softmax_layer")
    scale = 1 / 16 if data == "integers" else 1.0
    arguments = {**case.arguments, "weights": case.arguments["weights"] * scale}
    return replace(case, arguments=arguments)


LAYERS = [
    layer("4-to-3", (4,), 3),
    layer("3-to-3", (3,), 3),
    layer("1-to-2", (1,), 2),
    layer("2-to-1", (2,), 1),
    layer("flattened-2x3", (2, 3), 4),
    layer("flattened-3x3x3", (3, 3, 3), 3),
    layer("flattened-2x3x4", (2, 3, 4), 5),
    layer("flattened-4x1x2", (4, 1, 2), 2),
    layer("real", (3, 2, 2), 4, "normal"),
    layer("real-50", (50,), 6, "normal"),
    layer("large-131", (131,), 7, "normal"),
    layer("digits", (13, 13, 8), 10),
    layer("square-maps", (2, 2), 4, "normal"),
    layer("maps-to-1", (2, 3, 2), 1),
    layer("square-maps-of-three", (3, 1, 3), 9, "normal"),
    layer("real-maps", (5, 8, 3), 5, "uniform"),
    *(layer(f"real-{inputs}", (inputs,), 3, "uniform") for inputs in (600, 1352)),
    *(layer(f"{size}-nodes", (3,), size, "normal") for size in TILES),
    *(layer(f"{size}-inputs", (size,), 3, "normal") for size in TILES),
    *(layer(f"full-{size}-nodes", (2,), size, "normal") for size in FULL_BLOCKS[1:-1]),
    *(layer(f"full-{size}-inputs", (size,), 2, "normal") for size in FULL_BLOCKS[1:-1]),
    layer("real-2100", (2100,), 2, "uniform"),
]


@requirement("SOFTMAX-14")
@each_group(with_float32(LAYERS))
def test_softmax_layer(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


OTHER_PARAMETERS: dict[str, dict[str, Any]] = {
    "bias-alone": {"weights": np.zeros((4, 3))},
    "no-bias": {"bias": np.zeros(3)},
    "large-logits": {"bias": np.array([1000.0, 1001.0, 1002.0])},
    "low-logits": {"bias": np.array([-1000.0, -1001.0, -1002.0])},
    **{
        f"{word}-logits-of-20": {
            "weights": integers(f"{word}-weights", 4, 20) / 16,
            "bias": sign * 1000 + np.arange(20.0),
        }
        for word, sign in (("large", 1), ("low", -1))
    },
}


@requirement("SOFTMAX-14")
@each(
    replace(LAYERS[0], id=f"softmax_layer/{name}", arguments={**LAYERS[0].arguments, **changes})
    for name, changes in OTHER_PARAMETERS.items()
)
def test_softmax_layer_with_any_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


LAYER_SEQUENCES = {
    "weights": [layer(f"sequence-{turn}", (4,), 3) for turn in range(3)],
    "inputs": [
        replace(
            LAYERS[0],
            id=f"softmax_layer/sequence-input-{turn}",
            arguments={**LAYERS[0].arguments, "x": integers(f"layer-input-{turn}", 4)},
        )
        for turn in range(3)
    ],
}


@requirement("SOFTMAX-15")
@pytest.mark.parametrize("cases", LAYER_SEQUENCES.values(), ids=LAYER_SEQUENCES.keys())
def test_softmax_layer_again_and_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)
    judge.keeps_results(cases)
    judge.forgets(cases)
    for case in cases:
        judge.leaves_inputs(case)


@requirement("SOFTMAX-15")
@pytest.mark.parametrize("layout", ["fortran", "strided", "read-only"])
@each([LAYERS[0], LAYERS[6], LAYERS[8]])
def test_softmax_layer_in_any_layout(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


@requirement("SOFTMAX-15")
@each_layout([LAYERS[0], LAYERS[6], LAYERS[8]])
def test_softmax_layer_never_misreads_unusual_memory(
    judge: Judge, layout: str, cases: list[Case]
) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("SOFTMAX-15")
@each_shared([LAYERS[0], LAYERS[6]])
def test_softmax_layer_never_misreads_shared_memory(
    judge: Judge, layout: str, cases: list[Case]
) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


def _wrong_length(name: str, x: tuple[int, ...], weights: tuple[int, int]) -> Case:
    return Case(
        f"softmax_layer/bad-{name}",
        "softmax_layer",
        {
            "x": reals(f"bad-{name}-x", *x),
            "weights": reals(f"bad-{name}-weights", *weights),
            "bias": reals(f"bad-{name}-bias", weights[1]),
        },
    )


@requirement("SOFTMAX-16")
@each(
    _wrong_length(name, x, weights)
    for name, x, weights in (
        ("one-too-many", (5,), (4, 3)),
        ("one-too-few", (3,), (4, 3)),
        ("only-one", (1,), (4, 3)),
        ("maps", (2, 3, 2), (13, 2)),
    )
)
def test_softmax_layer_refuses_wrong_lengths(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("SOFTMAX-16")
@each([_wrong_length("maps-that-would-multiply", (2, 2, 3), (3, 2))])
def test_softmax_layer_refuses_or_computes_the_last_axis(judge: Judge, case: Case) -> None:
    judge.rejects_or_computes_rows(case)
