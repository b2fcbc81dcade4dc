"""dense: the fully-connected layer."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.sequences import in_shapes, long_run, same_bytes, whole_first, widening
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
from cnnspec.operations.dense.combinations import COMBINATIONS
from cnnspec.operations.dense.rows import COMBINATIONS as OF_ROWS
from cnnspec.operations.dense.rows import rows_case

Array = NDArray[Any]


@requirement("DENSE-01")
@by_hand("DENSE-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("DENSE-01")
@each(
    dense_case(f"{inputs}-to-{nodes}", (inputs,), nodes)
    for inputs, nodes in (
        (1, 1),
        (1, 4),
        (4, 1),
        (3, 2),
        (2, 3),
        (2, 2),
        (3, 3),
        (4, 4),
        (7, 7),
        (12, 5),
        (5, 12),
    )
)
def test_weighted_sums_and_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-01")
@pytest.mark.parametrize("place", range(6))
def test_every_weight_has_its_place(judge: Judge, place: int) -> None:
    arguments = {
        "x": -3.0 * np.eye(6)[place],
        "weights": np.arange(1.0, 25.0).reshape(6, 4),
        "bias": np.array([0.0, 1000.0, -2000.0, 5.0]),
    }
    judge.correct(Case(f"dense/input-{place}-alone", "dense", arguments))


@requirement("DENSE-02")
@by_hand("DENSE-02")
def test_flattened_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("DENSE-02")
@each(
    dense_case(f"flattened-{'x'.join(map(str, shape))}", shape, nodes)
    for shape, nodes in (
        ((3, 4), 2),
        ((4, 3), 3),
        ((3, 3), 3),
        ((2, 3, 4), 5),
        ((4, 3, 2), 3),
        ((3, 3, 3), 2),
        ((2, 3, 2, 2), 3),
        ((2, 1, 2, 3, 2), 2),
        ((1, 5, 1), 2),
        ((1, 1, 6), 2),
        ((2, 1, 3), 6),
        ((13, 13, 8), 10),
    )
)
def test_last_axis_runs_fastest(judge: Judge, case: Case) -> None:
    judge.correct(case)


LARGE = [
    dense_case(f"large-{inputs}-to-{nodes}", (inputs,), nodes)
    for inputs, nodes in (
        (17, 16),
        (33, 17),
        (16, 33),
        (65, 10),
        (10, 65),
        (131, 3),
        (3, 131),
        (258, 5),
        (5, 259),
        (517, 2),
        (1031, 3),
        (2, 1030),
        (1352, 10),
        (2053, 2),
        (4099, 3),
        (8209, 2),
        (9, 9),
        (16, 16),
        (33, 33),
        (127, 2),
        (128, 3),
        (2, 127),
        (3, 128),
        (66, 67),
        (130, 129),
        *((size, 3) for size in TILES),
        *((2, size) for size in TILES),
        *((size, size) for size in TILES if size < 33),
        *((size, 2) for size in FULL_BLOCKS),
        *((3, size) for size in FULL_BLOCKS),
        *((size, size) for size in (12, 24, 48, 96)),
        # the layers of well-known networks
        (400, 120),
        (120, 84),
        (2048, 10),
        (25, 1000),
    )
]


@requirement("DENSE-03")
@each(
    dense_case(f"large-{inputs}-to-{nodes}", (inputs,), nodes)
    for inputs, nodes in (
        (260, 256),
        (129, 520),
        (32_771, 2),
        (65_539, 1),
        (1, 65_540),
        (2, 32_775),
    )
)
def test_weights_beyond_counters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-03")
@each_group(with_float32(LARGE))
def test_large_layers(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("DENSE-04")
@each(
    dense_case(f"real-{spread}-{inputs}-to-{nodes}", (inputs,), nodes, data=spread)
    for spread in SPREADS
    for inputs, nodes in ((9, 3), (50, 4), (144, 2), (600, 2), (1352, 3), (2051, 2), (4100, 1))
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-05")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        dense_case("typed-integers", (12,), 3),
        dense_case("typed-real", (20,), 4, data="normal"),
        dense_case("typed-uniform", (100,), 2, data="uniform"),
        dense_case("typed-flattened", (2, 3, 2), 2, data="normal"),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("DENSE-06")
@each(
    Case(
        f"dense/{dtype}",
        "dense",
        {
            "x": integers(dtype, 12, low=low, high=high).astype(dtype),
            "weights": integers(f"{dtype}-weights", 12, 3) / 4,
            "bias": integers(f"{dtype}-bias", 3) / 2,
        },
        may_refuse=True,
    )
    for dtype, low, high in (
        ("uint8", 0, 255),
        ("int8", -128, 127),
        ("uint16", 0, 65535),
        ("int16", -32768, 32767),
        ("int32", -(2**20), 2**20),
        ("int64", -(2**20), 2**20),
        ("bool", 0, 1),
    )
)
def test_integer_inputs(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-06")
@pytest.mark.parametrize("part", ["weights", "bias"])
@each(
    [
        dense_case("mixed", (6,), 3, data="normal"),
        dense_case("mixed-maps", (2, 3, 2), 2, data="normal"),
    ]
)
def test_integer_weights_and_bias(judge: Judge, case: Case, part: str) -> None:
    whole = np.round(case.arguments[part] * 9).astype(np.int64)
    arguments = {**case.arguments, part: whole}
    judge.correct(replace(case, id=f"{case.id}-{part}", arguments=arguments, may_refuse=True))


@requirement("DENSE-06")
@each(
    Case(
        f"dense/all-{dtype}-{'x'.join(map(str, shape))}",
        "dense",
        {
            "x": integers(f"all-{dtype}", *shape, low=low, high=high).astype(dtype),
            "weights": integers(f"all-{dtype}-w", 12, 3, low=low, high=high).astype(dtype),
            "bias": integers(f"all-{dtype}-b", 3) / 2,
        },
        may_refuse=True,
    )
    for dtype, low, high in (("int64", -(2**12), 2**12), ("int32", -9, 9))
    for shape in ((12,), (2, 3, 2))
)
def test_integer_inputs_and_weights(judge: Judge, case: Case) -> None:
    judge.correct(case)


def of_integers(
    name: str, inputs: int, nodes: int, x: str, weights: str, low: int = -9, high: int = 9
) -> Case:
    """Return a layer of the given dtypes; its inputs span their type, if that has a few bits."""
    kind = np.dtype(x)
    ends = np.iinfo(kind) if kind.kind in "iu" and kind.itemsize < 4 else None
    first, last = (int(ends.min), int(ends.max)) if ends else (low, high)
    arguments = {
        "x": integers(f"{name}-x", inputs, low=first, high=last).astype(x),
        "weights": integers(f"{name}-w", inputs, nodes, low=low, high=high).astype(weights),
        "bias": integers(f"{name}-b", nodes) / 2,
    }
    case = f"dense/{name}-{x}-{weights}-{inputs}-to-{nodes}"
    return Case(case, "dense", arguments, may_refuse=True)


@requirement("DENSE-06")
@each(
    of_integers("wide", inputs, nodes, x, "float64")
    for x in ("uint8", "int8", "uint16", "int16", "uint32")
    for inputs, nodes in ((70, 3), (3, 70), (130, 20))
)
def test_integer_inputs_beyond_vectors(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-05")
@each(
    dense_case(f"wide-float16-{inputs}-to-{nodes}", (inputs,), nodes).cast("float16")
    for inputs, nodes in ((20, 2), (3, 20), (24, 24), (3, 70), (2, 130))
)
def test_float16_beyond_vectors(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-19")
@each(
    of_integers("narrow", inputs, nodes, x, weights, low, high)
    for x, weights, low, high in (
        ("uint8", "uint8", 0, 255),
        ("int8", "int8", -128, 127),
        ("uint8", "int8", -128, 127),
        ("int16", "int16", -999, 999),
        ("uint16", "uint16", 0, 999),
    )
    for inputs, nodes in ((12, 3), (70, 2))
)
def test_integers_under_integers_do_not_wrap(judge: Judge, case: Case) -> None:
    judge.correct(case)


def layer_of(name: str, x: Array, weights: Array, bias: Array) -> Case:
    return Case(f"dense/{name}", "dense", {"x": x, "weights": weights, "bias": bias})


BIAS = np.array([5.0, -7.0, 3.0])


@requirement("DENSE-01")
@each(
    [
        layer_of(
            "one-node-of-zeros",
            integers("of-zeros-x", 9),
            integers("of-zeros", 9, 3) * np.array([1, 0, 1]),
            BIAS,
        ),
        layer_of(
            "first-nodes-of-zeros",
            integers("of-zeros-x", 70),
            integers("first-of-zeros", 70, 3) * np.array([0, 0, 1]),
            BIAS,
        ),
        layer_of(
            "rows-of-zeros",
            integers("rows-x", 12),
            integers("rows", 12, 3) * (np.arange(12) % 3 > 0)[:, np.newaxis],
            BIAS,
        ),
        layer_of(
            "inputs-of-zeros",
            integers("dark-x", 24) * (np.arange(24) >= 16),
            integers("dark", 24, 3),
            BIAS,
        ),
        layer_of(
            "dark-maps",
            integers("dark-maps-x", 3, 4, 2) * np.array([0, 1, 0])[:, None, None],
            integers("dark-maps", 24, 3),
            BIAS,
        ),
        layer_of("equal-weights", integers("equal-x", 9), np.full((9, 3), 4.0), BIAS),
        layer_of(
            "equal-weights-of-each-node",
            integers("equal-x", 12),
            np.repeat([[2.0, -3.0, 5.0]], 12, axis=0),
            BIAS,
        ),
        layer_of("sums", integers("sums-x", 20), np.ones((20, 3)), BIAS),
        layer_of(
            "equal-nodes",
            integers("equal-nodes-x", 9),
            np.repeat(integers("equal-nodes", 9, 1), 3, axis=1),
            BIAS,
        ),
        layer_of("equal-inputs", np.full(9, 3.0), integers("equal-inputs", 9, 3), BIAS),
    ]
)
def test_zeros_and_equal_numbers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-18")
@pytest.mark.parametrize("value", [np.nan, np.inf], ids=str)
@pytest.mark.parametrize(
    ("part", "place"),
    [("weights", (2, 1)), ("weights", (69, 19)), ("bias", (0,)), ("bias", (19,)), ("x", (3,))],
    ids=["weight", "last-weight", "first-bias", "last-bias", "input"],
)
def test_one_number_spoils_its_own_nodes_only(
    judge: Judge, part: str, place: tuple[int, ...], value: float
) -> None:
    clean = dense_case("clean", (70,), 20)
    arguments = {**clean.arguments, "x": np.where(clean.arguments["x"] < 0, -2.0, 3.0)}
    arguments["weights"] = np.where(arguments["weights"] < 0, -5.0, 7.0)
    clean = replace(clean, arguments=arguments)
    changed = arguments[part].copy()
    changed[place] = value
    name = f"{clean.id}-{part}-{'.'.join(map(str, place))}-{value}"
    spoilt = replace(clean, id=name, arguments={**arguments, part: changed}, may_refuse=True)
    reached = np.ones(20, bool) if part == "x" else np.arange(20) == place[-1]
    got = judge.correct_beside(spoilt, clean, reached)
    held = not np.isfinite(got[reached]).any()
    judge.holds(spoilt, held, f"a node that {value} reaches is finite", got)


@requirement("DENSE-07")
@for_all(seed=st.integers(0, 10**6).map(str), inputs=st.integers(1, 9), nodes=st.integers(1, 5))
def test_linear(judge: Judge, seed: str, inputs: int, nodes: int) -> None:
    first = dense_case(f"drawn-{seed}-{inputs}-{nodes}", (inputs,), nodes)
    first = replace(first, arguments={**first.arguments, "bias": np.zeros(nodes)})
    other = integers(f"{seed}-other", inputs)
    x = first.arguments["x"]
    second, both = (
        replace(first, id=f"{first.id}-{name}", arguments={**first.arguments, "x": values})
        for name, values in (("other", other), ("combined", x - 3 * other))
    )
    got = judge.value(both)
    expected = judge.value(first) - 3.0 * judge.value(second)
    allowed = judge.allowed(both, got) + judge.allowed(first, got) + 3 * judge.allowed(second, got)
    judge.same(both, got, expected, allowed, "not linear in its input")


@requirement("DENSE-07")
@for_all(seed=st.integers(0, 10**6).map(str), inputs=st.integers(1, 9), nodes=st.integers(1, 5))
def test_linear_in_the_weights(judge: Judge, seed: str, inputs: int, nodes: int) -> None:
    first = dense_case(f"drawn-weights-{seed}-{inputs}-{nodes}", (inputs,), nodes)
    weights, other = first.arguments["weights"], integers(f"{seed}-more", inputs, nodes)
    second, both = (
        replace(first, id=f"{first.id}-{name}", arguments={**first.arguments, "weights": values})
        for name, values in (("other", other), ("combined", weights - 3 * other))
    )
    bias = first.arguments["bias"]
    got = judge.value(both)
    plain = [judge.value(case).astype(float) - bias for case in (first, second)]
    expected = plain[0] - 3 * plain[1] + bias
    allowed = judge.allowed(both, got) + judge.allowed(first, got) + 3 * judge.allowed(second, got)
    judge.same(both, got, expected, allowed, "not linear in its weights")


@requirement("DENSE-01")
@each(
    Case(
        f"dense/weight-{row}-{column}-alone",
        "dense",
        {
            "x": np.array([2.0, -3.0, 5.0, 7.0]),
            "weights": np.eye(12)[3 * row + column].reshape(4, 3) * (1 - 2 * (row % 2)),
            "bias": np.zeros(3),
        },
    )
    for row in range(4)
    for column in range(3)
)
def test_one_weight_alone(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-01")
@each(
    replace(
        dense_case(f"no-{part}", (5,), 3),
        arguments={
            **dense_case(f"no-{part}", (5,), 3).arguments,
            part: np.zeros_like(dense_case(f"no-{part}", (5,), 3).arguments[part]),
        },
    )
    for part in ("x", "weights", "bias")
)
def test_nothing_given(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-17")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_options_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group))


# --- rows ------------------------------------------------------------------------------------

_SIZES_OF_ROWS = (
    *((2, 3, 2), (3, 3, 3), (3, 2, 3), (2, 2, 2), (4, 4, 2), (2, 4, 4), (5, 1, 3), (4, 3, 1)),
    *((1, 4, 3), (1, 3, 3), (7, 2, 5), (5, 7, 2), (9, 12, 10), (2, 33, 17)),
)
ROWS = [
    *(rows_case("x".join(map(str, sizes)), *sizes) for sizes in _SIZES_OF_ROWS),
    *(rows_case(f"{size}-rows", size, 3, 2) for size in TILES),
    *(rows_case(f"of-{size}", 3, size, 2) for size in TILES[::2]),
    *(rows_case(f"to-{size}", 3, 2, size) for size in TILES[1::2]),
    *(rows_case(f"full-{size}-rows", size, 2, 3) for size in FULL_BLOCKS[1:-1]),
    rows_case("530-rows", 530, 2, 2),
    *(rows_case(f"real-{spread}", 5, 20, 4, spread) for spread in SPREADS),
]


@requirement("DENSE-21")
@by_hand("DENSE-21")
def test_rows_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-21")
@each_group(with_float32(ROWS))
def test_each_row_by_itself(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("DENSE-21")
@for_all(seed=st.integers(0, 10**6).map(str), rows=st.integers(2, 5), nodes=st.integers(1, 4))
def test_rows_give_together_what_each_gives_alone(
    judge: Judge, seed: str, rows: int, nodes: int
) -> None:
    case = rows_case(f"drawn-{seed}-{rows}-{nodes}", rows, 6, nodes)
    together = judge.value(case)
    for place, row in enumerate(case.arguments["x"]):
        given = {**case.arguments, "x": row}
        alone = Case(f"dense/drawn-{seed}-{rows}-{nodes}-{place}", "dense", given)
        expected = judge.value(alone)
        allowed = judge.allowed(case, together)[place] + judge.allowed(alone, expected)
        why = f"row {place} of the rows together is not what it gives alone"
        judge.same(case, together[place], expected.astype(float), allowed, why)


@requirement("DENSE-22")
@pytest.mark.parametrize("group", OF_ROWS.groups)
def test_any_two_options_of_rows_together(judge: Judge, group: str) -> None:
    judge.combined(OF_ROWS.cases(group))


@requirement("DENSE-23")
@pytest.mark.parametrize("worst", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize("sizes", [(3, 4, 2), (4, 4, 4), (20, 5, 3)], ids=str)
def test_a_spoilt_row_leaves_the_others(
    judge: Judge, sizes: tuple[int, int, int], worst: float
) -> None:
    name = "x".join(map(str, sizes))
    clean = rows_case(f"{name}-clean", *sizes)
    x = clean.arguments["x"].copy()
    x[1] = worst
    given = {**clean.arguments, "x": x}
    spoilt = replace(clean, id=f"dense_rows/{name}-{worst}", arguments=given, may_refuse=True)
    rows = np.arange(sizes[0])[:, np.newaxis] == 1
    judge.correct_beside(spoilt, clean, np.broadcast_to(rows, (sizes[0], sizes[2])))


ROWS_HYGIENE = [
    rows_case("hygiene", 3, 4, 2),
    rows_case("hygiene-square", 4, 4, 4),
    rows_case("hygiene-real", 5, 20, 7, "normal"),
]

ROWS_SEQUENCES = {
    "all": [rows_case(f"sequence-{turn}", 3, 14, 3) for turn in range(3)],
    "rows": [
        replace(
            rows_case("sequence-x", 3, 14, 4),
            id=f"dense_rows/sequence-x-{turn}",
            arguments={
                **rows_case("sequence-x", 3, 14, 4).arguments,
                "x": integers(f"rows-{turn}", 3, 14),
            },
        )
        for turn in range(3)
    ],
}

OF_NUMBERS_OF_ROWS = {
    "numbers-of-rows": [
        replace(
            rows_case("state", 6, 11, 4),
            id=f"dense_rows/state-{rows}",
            arguments={
                **rows_case("state", 6, 11, 4).arguments,
                "x": integers(f"state-{rows}", rows, 11),
            },
        )
        for rows in (6, 3, 5)
    ]
}

ROWS_STATES = {
    **OF_NUMBERS_OF_ROWS,
    "narrow-first": widening(rows_case("state-narrow", 3, 15, 4, "normal")),
    "integers-first": whole_first(rows_case("state-whole", 3, 16, 4, "normal"), "x"),
}


@requirement("DENSE-24")
@pytest.mark.parametrize("cases", ROWS_SEQUENCES.values(), ids=ROWS_SEQUENCES.keys())
def test_rows_again_and_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)
    judge.keeps_results(cases)
    judge.forgets(cases)


@requirement("DENSE-24")
@each_group(OF_NUMBERS_OF_ROWS)
def test_answers_to_other_numbers_of_rows_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("DENSE-24")
@each_group(ROWS_STATES)
def test_nothing_of_other_rows_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("DENSE-24")
@each([*ROWS_HYGIENE, *(case.cast("float32") for case in ROWS_HYGIENE)])
def test_rows_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("DENSE-24")
@pytest.mark.parametrize(
    "layout", ["fortran", "first-fortran", "strided", "rest-strided", "read-only"]
)
@each(ROWS_HYGIENE)
def test_rows_in_any_layout(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


@requirement("DENSE-24")
@each_layout(ROWS_HYGIENE)
def test_rows_in_unusual_memory_are_never_misread(
    judge: Judge, layout: str, cases: list[Case]
) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("DENSE-24")
@each_shared(ROWS_HYGIENE[:2])
def test_rows_in_shared_memory_are_never_misread(
    judge: Judge, layout: str, cases: list[Case]
) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


# --- hygiene ---------------------------------------------------------------------------------

HYGIENE = [
    dense_case("hygiene", (12,), 3),
    dense_case("hygiene-matrix", (3, 4), 2),
    dense_case("hygiene-maps", (2, 3, 4), 3),
    dense_case("hygiene-real", (30,), 20, data="normal"),
]

SEQUENCES = {
    "all": [dense_case(f"sequence-{turn}", (14,), 3) for turn in range(3)],
    "same-weights": [
        replace(
            dense_case("sequence-x", (14,), 4),
            id=f"dense/sequence-same-weights-{turn}",
            arguments={
                **dense_case("sequence-x", (14,), 4).arguments,
                "x": integers(f"same-weights-{turn}", 14),
            },
        )
        for turn in range(3)
    ],
    "same-input": [
        replace(
            dense_case("sequence-weights", (14,), 5),
            id=f"dense/sequence-same-input-{turn}",
            arguments={
                **dense_case("sequence-weights", (14,), 5).arguments,
                "weights": integers(f"same-input-{turn}", 14, 5),
            },
        )
        for turn in range(3)
    ],
    "bias-alone": [
        replace(
            dense_case("sequence-bias", (14,), 6),
            id=f"dense/sequence-bias-{turn}",
            arguments={
                **dense_case("sequence-bias", (14,), 6).arguments,
                "bias": integers(f"sequence-bias-{turn}", 6),
            },
        )
        for turn in range(3)
    ],
    "maps": [dense_case(f"sequence-maps-{turn}", (2, 7, 2), 3) for turn in range(3)],
}

STATES = {
    "axes": in_shapes(dense_case("state", (18,), 4), "x", (18,), (3, 6), (6, 3), (3, 3, 2)),
    "same-bytes": same_bytes(dense_case("state-bytes", (19,), 4), "x"),
    "same-bytes-of-weights": same_bytes(dense_case("state-weights", (20,), 4), "weights"),
    **{
        f"integers-first-{part}": whole_first(
            dense_case(f"state-{part}", (inputs,), 4, data="normal"), part
        )
        for part, inputs in (("x", 21), ("weights", 22), ("bias", 23))
    },
    "narrow-first": widening(dense_case("state-narrow", (25,), 4, data="normal")),
    "half-first": widening(
        dense_case("state-half", (26,), 4, data="normal"), "float16", "float32", "float64"
    ),
    "nodes": [dense_case(f"state-nodes-{nodes}", (27,), nodes) for nodes in (4, 3, 5)],
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [
    dense_case(f"twice-{'x'.join(map(str, x))}", x, nodes)
    for x, nodes in (((29,), 7), ((37,), 1), ((3, 13), 5), ((3, 5, 3), 2))
]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("DENSE-03")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("DENSE-08")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("DENSE-09")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("DENSE-09")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("DENSE-09")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("DENSE-09")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("DENSE-09")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("DENSE-09")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("DENSE-10")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("DENSE-10")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(dense_case("many", (5,), 3), "x"),
        long_run(dense_case("many-maps", (2, 3, 2), 2).cast("float32"), "x"),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("DENSE-11")
@pytest.mark.parametrize(
    "layout", ["fortran", "first-fortran", "strided", "rest-strided", "read-only"]
)
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = replace(
    HYGIENE[2],
    id="dense/hygiene-int16",
    arguments={
        **HYGIENE[2].arguments,
        "x": integers("hygiene-int16", 2, 3, 4, low=-999).astype("int16"),
        "weights": integers("hygiene-weights", 24, 3).astype("int16"),
    },
)


@requirement("DENSE-11")
@each_layout([*HYGIENE, INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("DENSE-11")
@each_shared(HYGIENE[:3])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("DENSE-12")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what it refuses -------------------------------------------------------------------------


def bad(
    name: str, x: tuple[int, ...], weights: tuple[int, int], bias: int, operation: str = "dense"
) -> Case:
    """Return a call that must be refused."""
    arguments = {
        "x": reals(f"bad-{name}-x", *x),
        "weights": reals(f"bad-{name}-weights", *weights),
        "bias": reals(f"bad-{name}-bias", bias),
    }
    return Case(f"{operation}/bad-{name}", operation, arguments)


WRONG_LENGTHS = [
    bad("one-too-many", (5,), (4, 3), 3),
    bad("one-too-few", (3,), (4, 3), 3),
    bad("only-one", (1,), (4, 3), 3),
    bad("one-input-many-given", (4,), (1, 3), 3),
    bad("twice-as-many", (8,), (4, 3), 3),
    bad("half-as-many", (2,), (4, 3), 3),
    bad("far-too-many", (30,), (4, 3), 3),
    bad("one-too-many-of-many", (34,), (33, 2), 2),
    bad("only-one-of-three-axes", (1, 1, 1), (4, 3), 3),
    bad("as-many-as-nodes", (3,), (4, 3), 3),
    bad("matrix", (2, 3), (5, 2), 2),
    bad("maps", (2, 3, 2), (13, 2), 2),
]

#: Inputs of which the last axis alone fits, which many layers take for rows.
OF_THE_LAST_AXIS = [
    bad("matrix-that-would-multiply", (2, 3), (3, 4), 4),
    bad("maps-that-would-multiply", (2, 2, 3), (3, 2), 2),
]

#: The same of rows whose number of inputs does not fit.
ROWS_OF_WRONG_LENGTHS = [
    bad(f"rows-{name}", x, weights, weights[1], "dense_rows")
    for name, x, weights in (
        ("one-too-many", (3, 5), (4, 2)),
        ("one-too-few", (3, 3), (4, 2)),
        ("of-columns", (4, 3), (4, 2)),
        ("only-one", (3, 1), (4, 2)),
        ("half-as-many", (2, 3), (6, 4)),
    )
    if np.prod(x) != weights[0]
]

LONG_BIAS = [
    bad("bias-too-long", (4,), (4, 3), 4),
    bad("bias-too-long-one-node", (4,), (4, 1), 2),
    bad("bias-far-too-long", (4,), (4, 3), 9),
    bad("bias-twice-as-long", (4,), (4, 3), 6),
    bad("bias-as-inputs", (2,), (2, 3), 4),
]

LONG_BIAS_OF_ROWS = [
    bad(f"rows-bias-{name}", x, weights, bias, "dense_rows")
    for name, x, weights, bias in (
        ("too-long", (3, 4), (4, 2), 3),
        ("of-one-node", (3, 4), (4, 1), 3),
        ("for-all-answers", (2, 4), (4, 3), 6),
    )
]


@requirement("DENSE-09")
@each([WRONG_LENGTHS[0], WRONG_LENGTHS[-1], LONG_BIAS[0]])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, [cases[0] for cases in SEQUENCES.values()])


@requirement("DENSE-13")
@each(WRONG_LENGTHS)
def test_wrong_length_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("DENSE-13")
@each(OF_THE_LAST_AXIS)
def test_the_last_axis_is_refused_or_computed(judge: Judge, case: Case) -> None:
    judge.rejects_or_computes_rows(case)


@requirement("DENSE-13")
@each(ROWS_OF_WRONG_LENGTHS)
def test_rows_of_wrong_length_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("DENSE-14")
@each([*LONG_BIAS, *LONG_BIAS_OF_ROWS])
def test_bias_for_more_nodes_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


TALL_BIAS = [
    replace(
        dense_case(f"bad-bias-as-a-column-{'x'.join(map(str, shape))}-to-{nodes}", shape, nodes),
        arguments={
            **dense_case(f"tall-{shape}-{nodes}", shape, nodes).arguments,
            "bias": np.arange(1.0, nodes + 1)[:, np.newaxis],
        },
    )
    for shape, nodes in (((4,), 3), ((2,), 5), ((2, 3), 2), ((2, 3, 2), 4))
]


@requirement("DENSE-20")
@each(TALL_BIAS)
def test_a_bias_of_one_column_is_never_broadcast(judge: Judge, case: Case) -> None:
    judge.never_broadcasts(case)


SHORT_BIAS = [bad("bias-of-one", (4,), (4, 3), 1), bad("bias-too-short", (4,), (4, 3), 2)]


@requirement("DENSE-15")
@each(SHORT_BIAS)
def test_bias_for_fewer_nodes_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("DENSE-16")
@each([*WRONG_LENGTHS, *LONG_BIAS, *SHORT_BIAS])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)
