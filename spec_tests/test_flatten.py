"""flatten: the numbers of maps as one vector."""

from dataclasses import replace
from itertools import product
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
    distinct,
    integers,
    reals,
    with_float32_by_name,
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

Array = NDArray[Any]


def case_of(name: str, maps: Array) -> Case:
    return Case(f"flatten/{name}", "flatten", {"maps": maps})


def of_shape(shape: tuple[int, ...], name: str = "") -> Case:
    """Return maps of distinct whole numbers around 0."""
    identity = f"{name}{'x'.join(map(str, shape))}"
    return case_of(identity, distinct(f"flatten-{identity}", *shape))


@requirement("FLATTEN-01")
@by_hand("FLATTEN-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("FLATTEN-01")
@each(
    of_shape(shape)
    for shape in (
        (1, 1, 1),
        (1, 1, 5),
        (1, 6, 1),
        (4, 1, 1),
        (4, 4, 2),
        (4, 6, 3),
        (6, 4, 2),
        (3, 3, 3),
        (3, 5, 3),
        (5, 3, 3),
        (1, 8, 2),
        (8, 1, 3),
        (2, 2, 4),
        (13, 13, 8),
    )
)
def test_the_last_axis_runs_fastest(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTEN-01")
@each(
    [
        case_of("zeros", np.zeros((3, 4, 2))),
        case_of("equal", np.full((3, 4, 2), 7.0)),
        case_of("half-dark", integers("dark", 4, 9, 2) * (np.arange(9) > 4)[:, np.newaxis]),
        case_of("last-dark", integers("last", 3, 4, 2) * (np.arange(2) < 1)),
        case_of("ends-in-0", np.arange(23.0, -1.0, -1.0).reshape(3, 4, 2)),
        case_of("negative", -1 - abs(integers("negative", 4, 5, 2))),
        case_of("equal-maps", np.repeat(integers("equal-maps", 4, 5, 1), 3, axis=-1)),
        *(
            case_of(f"real-{spread}", reals(f"flat-{spread}", 4, 5, 2, spread=spread))
            for spread in SPREADS
        ),
    ]
)
def test_every_number_is_returned(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTEN-02")
@by_hand("FLATTEN-02")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("FLATTEN-02")
@each(
    of_shape(shape)
    for shape in (
        (1, 4, 6, 2),
        (2, 4, 6, 3),
        (3, 6, 4, 2),
        (3, 3, 3, 3),
        (4, 2, 5, 4),
        (5, 1, 1, 2),
        (2, 1, 9, 1),
        (17, 2, 3, 2),
        (40, 2, 2, 1),
        (2, 7, 7, 20),
    )
)
def test_a_vector_for_each_image(judge: Judge, case: Case) -> None:
    judge.correct(case)


def around(size: int) -> dict[str, Case]:
    """Return maps with one dimension of the given size; the others are small."""
    shapes = {
        "rows": (size, 3, 2),
        "columns": (2, size, 2),
        "maps": (2, 3, size),
        "maps-of-a-batch": (2, 1, 2, size),
        "images": (size, 2, 1, 2),
    }
    return {name: of_shape(shape, f"around-{name}-") for name, shape in shapes.items()}


@requirement("FLATTEN-03")
@each_group(with_float32_by_name([around(size) for size in (*TILES, *FULL_BLOCKS)]))
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("FLATTEN-03")
@each(
    [
        of_shape(shape, "beyond-")
        for shape in ((2, 16_391, 1), (181, 182, 1), (1, 65_539, 1), (250, 200, 3))
    ]
)
def test_sizes_beyond_counters(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: Ranges of whole numbers that each dtype holds.
RANGES = {
    "float64": (-(2**30), 2**30),
    "float32": (-(2**20), 2**20),
    "float16": (-2000, 2000),
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "uint32": (0, 2**32 - 1),
    "int16": (-32768, 32767),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**31), 2**31 - 1),
    "bool": (0, 1),
}

SIZES = [
    size[1:] if size[0] is None else size
    for size in product((None, 1, 2, 3), (1, 3, 4), (1, 2, 5), (1, 2, 3, 8))
]


@requirement("FLATTEN-04")
@pytest.mark.parametrize("dtype", RANGES)
def test_every_combination(judge: Judge, dtype: str) -> None:
    low, high = RANGES[dtype]
    is_float = dtype.startswith("float")
    cases = []
    for shape in SIZES:
        name = f"all-{dtype}-{'x'.join(map(str, shape))}"
        maps = integers(name, *shape, low=low, high=high).astype(dtype)
        case = case_of(name, maps)
        cases.append(replace(case, dtype=dtype if is_float else None, may_refuse=not is_float))
    judge.in_turn(judge.correct, cases)


@requirement("FLATTEN-04")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@each(
    [case_of("typed", reals("typed", 3, 4, 2)), case_of("typed-batch", reals("typed", 2, 3, 4, 2))]
)
def test_real_numbers_in_their_own_precision(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("FLATTEN-04")
@each(
    replace(case_of(name, scale * integers(name, 3, 4, 2)), dtype="float64")
    for name, scale in (("huge", 2.0**1000), ("tiny", 2.0**-1000), ("tiniest-float32", 2.0**-160))
)
def test_huge_and_tiny_numbers(judge: Judge, case: Case) -> None:
    judge.correct(case)


SHAPES = st.tuples(*[st.integers(1, 6)] * 3)


@requirement("FLATTEN-05")
@for_all(seed=st.integers(0, 10**6).map(str), shape=SHAPES)
def test_numbers_go_where_their_indices_go(judge: Judge, seed: str, shape: tuple[int, ...]) -> None:
    maps = integers(seed, *shape)
    name = f"drawn-{seed}-{'x'.join(map(str, shape))}"
    places = case_of(f"{name}-places", np.arange(float(maps.size)).reshape(shape))
    case = case_of(name, maps)
    where = judge.value(places)
    is_order = where.shape == (maps.size,) and np.array_equal(np.sort(where), np.arange(maps.size))
    judge.holds(places, is_order, "the places of the numbers are not those of all numbers", where)
    got = judge.value(case)
    moved = maps.ravel()[where.astype(int)]
    judge.same(case, got, moved, np.zeros(moved.shape), "not in the order of its places")


# --- special numbers -------------------------------------------------------------------------


@requirement("FLATTEN-06")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    "place", [(0, 0, 0), (2, 3, 1), (1, 0, 2, 2)], ids=["first", "inner", "batch"]
)
def test_special_numbers_keep_their_place(
    judge: Judge, place: tuple[int, ...], value: float
) -> None:
    shape = (4, 5, 3) if len(place) == 3 else (2, 3, 4, 3)
    clean = of_shape(shape, "clean-")
    maps = clean.arguments["maps"].copy()
    maps[place] = value
    name = f"{clean.id}-{value}-at-{'.'.join(map(str, place))}"
    spoilt = replace(clean, id=name, arguments={"maps": maps}, may_refuse=True)
    reached = ~np.isfinite(maps).reshape(*shape[:-3], -1)
    got = judge.correct_beside(spoilt, clean, reached)
    held = np.array_equal(got[reached], [value], equal_nan=True)
    judge.holds(spoilt, held, f"{value} becomes {got[reached]}", got)


# --- hygiene ---------------------------------------------------------------------------------

HYGIENE = [
    of_shape((4, 6, 2), "hygiene-"),
    of_shape((5, 3, 3), "hygiene-"),
    case_of("hygiene-real", reals("hygiene", 7, 9, 4)),
    of_shape((3, 4, 5, 2), "hygiene-"),
]

SEQUENCES = {
    "maps": [case_of(f"sequence-{turn}", integers(f"s{turn}", 4, 12, 3)) for turn in range(3)],
    "batch": [case_of(f"sequence-b{turn}", integers(f"b{turn}", 2, 4, 11, 2)) for turn in range(3)],
    "reshaped": [
        case_of(f"sequence-{rows}x{columns}", integers("reshaped", 112).reshape(rows, columns, 2))
        for rows, columns in ((4, 14), (14, 4), (8, 7))
    ],
}

STATES = {
    "axes": in_shapes(
        case_of("state", integers("state", 96)), "maps", (4, 12, 2), (12, 4, 2), (2, 4, 6, 2)
    ),
    "same-bytes": same_bytes(of_shape((4, 14, 2), "state-bytes-"), "maps"),
    "integers-first": whole_first(case_of("state", reals("state", 4, 15, 2)), "maps"),
    "narrow-first": widening(case_of("state", reals("state", 4, 17, 2))),
    "half-first": widening(
        case_of("state", reals("state", 4, 18, 2)), "float16", "float32", "float64"
    ),
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [of_shape(shape, "twice-") for shape in ((7, 31, 2), (8, 31, 1), (2, 6, 31, 3))]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("FLATTEN-03")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("FLATTEN-07")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("FLATTEN-08")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("FLATTEN-08")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("FLATTEN-08")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("FLATTEN-08")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("FLATTEN-08")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("FLATTEN-08")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("FLATTEN-09")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("FLATTEN-09")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(of_shape((4, 5, 2), "many-"), "maps"),
        long_run(of_shape((2, 2, 4, 3), "many-"), "maps"),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("FLATTEN-09")
def test_huge_results_stay(judge: Judge) -> None:
    huge = [case_of(f"huge-{turn}", integers(f"h{turn}", 66, 33, 32)) for turn in range(2)]
    judge.keeps_results(huge, times=1)


@requirement("FLATTEN-10")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = case_of("int16", integers("int16", 3, 4, 2, low=-999).astype("int16"))


@requirement("FLATTEN-10")
@each_layout([*HYGIENE, INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("FLATTEN-10")
@each_shared([HYGIENE[0], HYGIENE[3]])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("FLATTEN-11")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what it may refuse ----------------------------------------------------------------------

NOTHING = [
    case_of("bad-no-rows", np.zeros((0, 4, 2))),
    case_of("bad-no-maps", np.zeros((4, 3, 0))),
]


@requirement("FLATTEN-12")
@each(NOTHING)
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("FLATTEN-08")
@each(NOTHING)
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, [cases[0] for cases in SEQUENCES.values()])
