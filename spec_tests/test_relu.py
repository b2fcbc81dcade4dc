"""relu: the activation."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.sequences import in_shapes, long_run, same_bytes, whole_first, widening
from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, integers, reals
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

Array = NDArray[Any]


def case_of(name: str, x: Array) -> Case:
    return Case(f"relu/{name}", "relu", {"x": x})


def normal_in_float16(x: Array) -> Array:
    """Return numbers none of which is subnormal in float16: those may be taken for 0."""
    return np.where(np.abs(x) < 2.0**-14, 2.0**-14, x)


@requirement("RELU-01")
@by_hand("RELU-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("RELU-01")
@each(
    [
        case_of("integers", integers("relu", 4, 5, 3)),
        case_of("negative", -1 - abs(integers("negative", 3, 4, 2))),
        case_of("positive", 1 + abs(integers("positive", 3, 4, 2))),
        case_of("beyond-6", np.arange(-20.0, 20.0).reshape(4, 5, 2)),
        case_of("beyond-255", 100 * np.arange(-12.0, 12.0).reshape(3, 4, 2)),
        case_of("beyond-a-million", 2.0**20 * np.arange(-12.0, 12.0).reshape(3, 4, 2)),
        case_of("near-zero", 2.0**-30 * np.arange(-12.0, 12.0).reshape(4, 3, 2)),
        case_of("nearer-zero", 2.0**-100 * np.arange(-12.0, 12.0).reshape(2, 6, 2)),
        case_of("huge", 2.0**100 * np.arange(-12.0, 12.0).reshape(6, 2, 2)),
        case_of("zeros", np.zeros((2, 3, 2))),
        replace(case_of("tiniest", 2.0**-1000 * integers("tiniest", 2, 3, 2)), dtype="float64"),
        # 0 in float32, and in float16
        replace(case_of("tiny", 2.0**-160 * integers("tiny", 70)), dtype="float64"),
        replace(case_of("tiny-batch", 1e-300 * integers("tiny", 2, 3, 2, 4)), dtype="float64"),
        case_of("tiny-float32", 2.0**-30 * integers("tiny", 5, 14)).cast("float32"),
        case_of("half-dark", integers("half-dark", 4, 9, 2) * (np.arange(9) > 4)[:, np.newaxis]),
        case_of("equal", np.full((3, 9), 4.0)),
        *(
            case_of(f"real-{spread}", reals(f"relu-{spread}", 4, 5, 2, spread=spread) - 0.5)
            for spread in SPREADS
        ),
    ]
)
def test_keeps_what_is_larger_than_0(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELU-02")
@each(
    case_of("x".join(map(str, shape)), integers(f"shape-{shape}", *shape))
    for shape in (
        (1,),
        (7,),
        (3, 5),
        (5, 3),
        (1, 1, 1),
        (2, 3, 1),
        (3, 3, 3),
        (5, 4, 2),
        (2, 3, 4, 5),
        (1, 2, 3, 1),
        (67,),
        (33, 34),
        (35, 18, 2),
        (2, 3, 33),
        (3, 2, 130),
        (262, 2, 1),
        (2, 263, 1),
        (20, 3, 2, 2),
        (1, 2, 1, 3, 2),
        (2, 2, 1, 2, 2),
        (4, 4),
        (2, 2, 2, 2),
        (2, 1, 2, 35),
        (1, 3, 34, 2),
        (2, 34, 1, 3),
        (34, 2, 1, 2),
        (261, 1, 2, 1),
    )
)
def test_any_shape(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELU-02")
@each(
    case_of(f"single-{value:+g}-{axes}", np.full((1,) * axes, value))
    for axes in (1, 2, 3, 4)
    for value in (-2.5, 2.5)
)
def test_single_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELU-02")
@each_group(
    {
        "x".join(map(str, around(0))): [
            case_of(
                f"tile-{'x'.join(map(str, around(size)))}", integers(f"tile-{size}", *around(size))
            )
            for size in (*TILES, *FULL_BLOCKS)
        ]
        for around in (
            lambda size: (size,),
            lambda size: (2, size, 2),
            lambda size: (size, 1, 3),
            lambda size: (2, 1, 2, size),
        )
    }
)
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("RELU-03")
@each([case_of("infinity", np.array([[[np.inf, -np.inf], [1.0, -1.0]]]))])
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELU-13")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    "place", [(0,), (66,), (1, 2), (0, 1, 0), (1, 0, 2, 1)], ids=["first", "last", "2", "3", "4"]
)
def test_one_element_spoils_no_other(judge: Judge, place: tuple[int, ...], value: float) -> None:
    shape = {1: (67,), 2: (3, 4), 3: (4, 5, 2), 4: (2, 3, 4, 2)}[len(place)]
    clean = case_of(f"beside-{len(place)}", integers(f"beside-{shape}", *shape))
    x = clean.arguments["x"].copy()
    x[place] = value
    named = "-".join(map(str, (value, *place)))
    spoilt = replace(case_of(f"spoilt-{named}", x), may_refuse=True)
    judge.correct_beside(spoilt, clean, x != clean.arguments["x"])


@requirement("RELU-04")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        case_of("typed-integers", integers("typed", 4, 3, 2)),
        case_of("typed-reals", reals("typed", 3, 4, 2)),
        case_of("typed-small", normal_in_float16(reals("typed", 3, 4, 2) * 2.0**-8)),
        case_of("typed-large", reals("typed", 3, 4, 2) * 2.0**12),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("RELU-05")
@each(
    Case(f"relu/{dtype}", "relu", {"x": values.astype(dtype)}, may_refuse=True)
    for dtype, values in (
        ("int64", integers("int64", 3, 4, 2)),
        ("int8", integers("int8", 3, 4, 2, low=-128, high=127)),
        ("uint8", integers("uint8", 3, 4, 2, low=0, high=255)),
    )
)
def test_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELU-05")
@pytest.mark.parametrize("shape", [(67, 2), (3, 70), (2, 2, 67), (200,)], ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32"])
def test_integers_beyond_vectors(judge: Judge, dtype: str, shape: tuple[int, ...]) -> None:
    low, high = RANGES[dtype]
    name = f"wide-{dtype}-{'x'.join(map(str, shape))}"
    x = integers(name, *shape, low=low, high=high).astype(dtype)
    judge.correct(replace(case_of(name, x), may_refuse=True))


@requirement("RELU-06")
@for_all(seed=st.integers(0, 10**6).map(str), factor=st.sampled_from([0.5, 2.0, 2.0**20]))
def test_scales_and_splits(judge: Judge, seed: str, factor: float) -> None:
    x = integers(seed, 3, 4, 2)
    case, scaled, negative = (
        case_of(f"drawn-{seed}-{name}", values)
        for name, values in (("plain", x), (f"times-{factor}", x * factor), ("negative", -x))
    )
    plain, none = judge.value(case), np.zeros(x.shape)
    expected = plain.astype(float) * factor
    judge.same(scaled, judge.value(scaled), expected, none, "not scaled like its input")
    twice = case_of(f"drawn-{seed}-twice", plain.astype(float))
    judge.same(twice, judge.value(twice), plain, none, "not the same when applied twice")
    parts = plain.astype(float) - judge.value(negative)
    judge.same(case, parts, x, none, "relu(x) - relu(-x) is not x")


RANGES = {
    "float64": (-(2**30), 2**30),
    "float32": (-(2**20), 2**20),
    "float16": (-2000, 2000),
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**32 - 1),  # some libraries keep 32 bits of integers
    "int16": (-32768, 32767),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**31), 2**31 - 1),
}


@requirement("RELU-12")
@pytest.mark.parametrize("dtype", RANGES)
def test_every_combination(judge: Judge, dtype: str) -> None:
    low, high = RANGES[dtype]
    is_float = np.dtype(dtype).kind == "f"
    cases = []
    for shape in ((9,), (4, 5), (3, 4, 2), (2, 3, 4, 2), (2, 1, 2, 3, 2)):
        whole = _spread(f"all-{dtype}-{shape}", shape, low, high).astype(dtype)
        name = f"all-{dtype}-{'x'.join(map(str, shape))}"
        case = case_of(name, whole)
        cases.append(replace(case, dtype=dtype if is_float else None, may_refuse=not is_float))
        if is_float:
            real = normal_in_float16(reals(name, *shape))
            cases.append(case_of(f"{name}-real", real).cast(dtype))
    judge.in_turn(judge.correct, cases)


def _spread(seed: str, shape: tuple[int, ...], low: int, high: int) -> Array:
    """Return whole numbers over a range, its ends included."""
    values: Array = np.floor(low + (high - low) * reals(seed, *shape, spread="uniform"))
    values.reshape(-1)[:2] = low, high
    return values


@requirement("RELU-12")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@each([case_of("hundred-thousand", normal_in_float16(reals("hundred-thousand", 250, 200, 2)))])
def test_many_elements(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("RELU-12")
@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        *(((131_075,), dtype) for dtype in ("float64", "float32", "float16")),
        *(
            ((size,), dtype)
            for size in (4_109, 16_391)
            for dtype in ("float64", "float32", "float16")
        ),
        ((230, 191, 3), "float64"),
        ((2, 65_540, 1), "float64"),
        ((1, 40_000), "float64"),
    ],
)
def test_sizes_beyond_counters(judge: Judge, shape: tuple[int, ...], dtype: str) -> None:
    name = f"beyond-counters-{'x'.join(map(str, shape))}"
    judge.correct(case_of(name, integers(name, *shape)).cast(dtype))


HYGIENE = [
    case_of("hygiene", integers("hygiene", 4, 5, 2)),
    case_of("hygiene-real", reals("hygiene", 3, 4, 3)),
    case_of("hygiene-flat", integers("flat", 12)),
    case_of("hygiene-matrix", integers("matrix", 4, 5)),
    case_of("hygiene-batch", integers("batch", 2, 3, 4, 2)),
]

SEQUENCES = {
    "maps": [case_of(f"sequence-{turn}", integers(f"s{turn}", 3, 11, 2)) for turn in range(3)],
    "flat": [case_of(f"sequence-flat-{turn}", integers(f"f{turn}", 11)) for turn in range(3)],
    "reshaped": [
        case_of(f"sequence-{rows}x{columns}", integers("reshaped", 42).reshape(rows, columns))
        for rows, columns in ((3, 14), (14, 3), (6, 7))
    ],
}

STATES = {
    "axes": in_shapes(
        case_of("state", integers("state", 48)), "x", (48,), (3, 16), (3, 8, 2), (1, 3, 8, 2)
    ),
    "same-bytes": same_bytes(case_of("state-bytes", integers("bytes", 3, 17)), "x"),
    "same-bytes-of-maps": same_bytes(case_of("state-bytes", integers("bytes", 3, 5, 2)), "x"),
    "integers-first": whole_first(case_of("state", reals("state", 3, 18)), "x"),
    "narrow-first": widening(case_of("state", reals("state", 3, 19))),
    "half-first": widening(
        case_of("state", normal_in_float16(reals("state", 3, 20))), "float16", "float32", "float64"
    ),
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [
    case_of(f"twice-{'x'.join(map(str, shape))}", integers(f"twice-{shape}", *shape))
    for shape in ((47,), (3, 47), (3, 47, 2), (2, 3, 47, 1))
]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("RELU-02")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("RELU-07")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("RELU-08")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("RELU-08")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("RELU-08")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("RELU-08")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("RELU-08")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("RELU-08")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("RELU-09")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("RELU-09")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(case_of("many", integers("many", 9) + 0.5), "x"),
        long_run(case_of("many-maps", integers("many", 2, 3, 2) + 0.5), "x"),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("RELU-09")
def test_huge_results_stay(judge: Judge) -> None:
    huge = [case_of(f"huge-{turn}", integers(f"h{turn}", 66, 33, 32)) for turn in range(2)]
    judge.keeps_results(huge, times=1)


@requirement("RELU-10")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = case_of("hygiene-int16", integers("hygiene-int16", 3, 4, 2, low=-999).astype("int16"))


@requirement("RELU-10")
@each_layout([*HYGIENE, INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("RELU-10")
@each_shared([HYGIENE[0], HYGIENE[4]])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("RELU-11")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")
