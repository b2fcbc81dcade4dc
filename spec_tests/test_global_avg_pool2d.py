"""global_avg_pool2d: the mean of every map."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
import scipy
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
    with_float32,
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
    return Case(f"global_avg_pool2d/{name}", "global_avg_pool2d", {"maps": maps})


def of_shape(shape: tuple[int, ...], name: str = "") -> Case:
    """Return maps of distinct whole numbers around 0."""
    identity = f"{name}{'x'.join(map(str, shape))}"
    return case_of(identity, distinct(f"global-{identity}", *shape))


@requirement("GLOBAL-01")
@by_hand("GLOBAL-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


PLAIN = [
    of_shape(shape)
    for shape in (
        (1, 1, 1),
        (1, 1, 5),
        (4, 4, 2),
        (4, 6, 3),
        (6, 4, 2),
        (3, 3, 3),
        (3, 5, 3),
        (5, 3, 3),
        (7, 7, 2),
        (1, 8, 2),
        (8, 1, 3),
        (2, 2, 4),
    )
]


@requirement("GLOBAL-01")
@each(PLAIN)
def test_the_mean_of_each_map(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-01")
@each(PLAIN)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    maps = case.arguments["maps"]
    judge.equals(
        case, lambda: np.array([scipy.ndimage.mean(one) for one in np.moveaxis(maps, -1, 0)])
    )


@requirement("GLOBAL-01")
@each(
    case_of(f"one-number-at-{'.'.join(map(str, place))}", -12.0 * marked)
    for place in np.ndindex(3, 4, 2)
    for marked in (np.eye(24)[np.ravel_multi_index(place, (3, 4, 2))].reshape(3, 4, 2),)
)
def test_every_number_counts_alike(judge: Judge, case: Case) -> None:
    judge.correct(case)


LEVELS = np.array([0.0, 1000.0, -1000.0, 500.0, -7.0])


@requirement("GLOBAL-01")
@each(
    [
        *(
            case_of(f"levels-{count}", integers("levels", 4, 6, count) + LEVELS[:count])
            for count in (2, 3, 5)
        ),
        case_of("zeros", np.zeros((3, 4, 2))),
        case_of("equal", np.full((3, 5, 2), 7.0)),
        case_of("equal-maps", np.repeat(integers("equal-maps", 4, 5, 1), 3, axis=-1)),
        case_of("negative", -1 - abs(integers("negative", 4, 5, 2))),
        case_of("half-dark", integers("dark", 4, 9, 2) * (np.arange(9) > 4)[:, np.newaxis]),
        case_of("one-map-dark", integers("one-dark", 4, 6, 3) * np.array([1.0, 0, 1])),
        case_of("rows-alike", np.repeat(integers("alike", 1, 5, 2), 4, axis=0)),
    ]
)
def test_maps_do_not_mix(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-02")
@by_hand("GLOBAL-02")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("GLOBAL-02")
@each(
    [
        *(
            of_shape(shape)
            for shape in (
                (1, 4, 6, 2),
                (2, 4, 6, 3),
                (3, 6, 4, 2),
                (3, 3, 3, 3),
                (4, 2, 5, 4),
                (2, 7, 7, 5),
                (5, 1, 1, 2),
                (2, 1, 9, 1),
                (17, 2, 3, 2),
                (40, 2, 2, 1),
            )
        ),
        case_of(
            "images-apart",
            integers("apart", 3, 4, 5, 2) + np.array([0, 500, -900])[:, None, None, None],
        ),
        case_of("equal-images", np.repeat(integers("equal-images", 1, 4, 5, 3), 3, axis=0)),
    ]
)
def test_images_of_a_batch_are_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


LARGE = [
    of_shape(shape, "large-")
    for shape in (
        (17, 18, 2),
        (35, 34, 1),
        (131, 3, 2),
        (3, 132, 1),
        (2, 3, 33),
        (2, 2, 65),
        (2, 2, 130),
        (1, 2, 260),
        (2, 1, 1030),
        (67, 2, 2, 3),
        (2, 7, 7, 20),
        (2, 8, 8, 17),
        (3, 7, 7, 65),
        (56, 56, 1),
        (112, 3, 2),
        (13, 13, 8),
    )
]


@requirement("GLOBAL-03")
@each_group(with_float32(LARGE))
def test_large_maps(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def around(size: int) -> dict[str, Case]:
    """Return maps with one dimension of the given size; the others are small."""
    shapes = {
        "rows": (size, 3, 1),
        "columns": (2, size, 2),
        "maps": (2, 3, size),
        "maps-of-a-batch": (2, 1, 2, size),
        "images": (size, 2, 1, 2),
    }
    return {name: of_shape(shape, f"around-{name}-") for name, shape in shapes.items()}


@requirement("GLOBAL-03")
@each_group(with_float32_by_name([around(size) for size in (*TILES, *FULL_BLOCKS)]))
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("GLOBAL-03")
@each([of_shape(shape, "beyond-") for shape in ((2, 16_391, 1), (181, 182, 1), (1, 65_539, 1))])
def test_sizes_beyond_counters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-04")
@each(
    case_of(
        f"real-{spread}-{'x'.join(map(str, shape))}",
        reals(f"global-{spread}-{shape}", *shape, spread=spread),
    )
    for spread in SPREADS
    for shape in ((3, 4, 3), (7, 7, 5), (2, 6, 5, 3), (11, 12, 2))
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-04")
@each(
    replace(case_of(f"{name}-{shape[0]}", scale * integers(name, *shape)), dtype="float64")
    for name, scale in (("huge", 2.0**900), ("tiny", 2.0**-900), ("far", 2.0**160))
    for shape in ((4, 5, 2), (2, 3, 3, 2))
)
def test_huge_and_tiny_numbers(judge: Judge, case: Case) -> None:
    judge.correct(case)


SHAPES = st.tuples(*[st.integers(1, 6)] * 3)


@requirement("GLOBAL-05")
@for_all(seed=st.integers(0, 10**6).map(str), shape=SHAPES)
def test_linear(judge: Judge, seed: str, shape: tuple[int, ...]) -> None:
    first, other = integers(seed, *shape), integers(f"{seed}-other", *shape)
    name = f"drawn-{seed}-{'x'.join(map(str, shape))}"
    cases = [case_of(name, first), case_of(f"{name}-other", other)]
    both = case_of(f"{name}-combined", first - 3 * other)
    got, parts = judge.value(both), [judge.value(case) for case in cases]
    expected = parts[0].astype(float) - 3.0 * parts[1].astype(float)
    allowed = judge.allowed(both, got) + judge.allowed(cases[0], parts[0])
    allowed = allowed + 3 * judge.allowed(cases[1], parts[1])
    judge.same(both, got, expected, allowed, "not linear")


@requirement("GLOBAL-05")
@for_all(seed=st.integers(0, 10**6).map(str), shape=SHAPES)
def test_the_order_of_places_does_not_matter(
    judge: Judge, seed: str, shape: tuple[int, ...]
) -> None:
    maps = integers(seed, *shape)
    name = f"turned-{seed}-{'x'.join(map(str, shape))}"
    plain, turned = case_of(f"{name}-plain", maps), case_of(name, maps[::-1, ::-1].copy())
    got, before = judge.value(turned), judge.value(plain)
    allowed = judge.allowed(turned, got) + judge.allowed(plain, before)
    judge.same(turned, got, before.astype(float), allowed, "not the same for maps that are turned")


# --- dtypes ----------------------------------------------------------------------------------


@requirement("GLOBAL-06")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        case_of("typed", integers("typed", 4, 3, 2)),
        case_of("typed-real", reals("typed", 7, 7, 3)),
        case_of("typed-batch", reals("typed", 2, 5, 4, 3)),
        case_of("typed-uniform", reals("typed", 12, 12, 2, spread="uniform")),
        case_of("typed-wide", integers("typed-wide", 2, 2, 40)),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


#: Ranges of whole numbers that each dtype holds; sums of the floats are exact.
RANGES = {
    "float64": (-900, 900),
    "float32": (-900, 900),
    "float16": (-20, 20),
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "int16": (-32768, 32767),
    "int32": (-(2**30), 2**30),
    "int64": (-(2**31) + 1, 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "bool": (0, 1),
}

WHOLE = [dtype for dtype in RANGES if not dtype.startswith("float")]


def of_dtype(dtype: str, shape: tuple[int, ...]) -> Case:
    low, high = RANGES[dtype]
    maps = integers(f"all-{dtype}-{shape}", *shape, low=low, high=high).astype(dtype)
    case = case_of(f"all-{dtype}-{'x'.join(map(str, shape))}", maps)
    is_float = maps.dtype.kind == "f"
    return replace(case, dtype=dtype if is_float else None, may_refuse=not is_float)


@requirement("GLOBAL-07")
@each(
    [of_dtype(dtype, shape) for dtype in WHOLE for shape in ((3, 4, 2), (2, 3, 5, 2), (17, 19, 2))]
)
def test_means_of_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-07")
@each(
    replace(
        case_of(f"highest-{dtype}", np.full((20, 19, 2), np.iinfo(dtype).max, dtype)),
        may_refuse=True,
    )
    for dtype in ("uint8", "int8", "uint16", "int16")
)
def test_means_of_many_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-16")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_every_combination(judge: Judge, dtype: str) -> None:
    sizes = product((None, 1, 2, 3), (1, 3, 4), (1, 2, 5), (1, 2, 3, 8))
    shapes = [size[1:] if size[0] is None else size for size in sizes]
    cases = [of_dtype(dtype, shape) for shape in shapes]  # type: ignore[arg-type]
    real = [
        case_of(f"real-{'x'.join(map(str, shape))}", reals(f"all-{shape}", *shape)).cast(dtype)
        for shape in shapes
    ]
    judge.in_turn(judge.correct, [*cases, *real])


# --- special numbers -------------------------------------------------------------------------


@requirement("GLOBAL-08")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    "place", [(0, 0, 0), (2, 3, 1), (1, 0, 2, 2)], ids=["first", "inner", "batch"]
)
def test_one_number_spoils_its_own_map_only(
    judge: Judge, place: tuple[int, ...], value: float
) -> None:
    shape = (4, 5, 3) if len(place) == 3 else (2, 3, 4, 3)
    clean = of_shape(shape, "clean-")
    maps = clean.arguments["maps"].copy()
    maps[place] = value
    name = f"{clean.id}-{value}-at-{'.'.join(map(str, place))}"
    spoilt = replace(clean, id=name, arguments={"maps": maps}, may_refuse=True)
    reached: Array = np.any(~np.isfinite(maps), axis=(-3, -2))
    is_spread = judge.implementation.accuracy == "normwise"
    got = judge.correct_beside(spoilt, clean, reached | is_spread)
    held = not np.isfinite(got[reached]).any()
    judge.holds(spoilt, held, f"the mean of a map that holds {value} is finite", got)


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


@requirement("GLOBAL-03")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("GLOBAL-09")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("GLOBAL-10")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("GLOBAL-10")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("GLOBAL-10")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("GLOBAL-10")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("GLOBAL-10")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("GLOBAL-10")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("GLOBAL-11")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("GLOBAL-11")
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


@requirement("GLOBAL-11")
def test_huge_results_stay(judge: Judge) -> None:
    huge = [case_of(f"huge-{turn}", integers(f"h{turn}", 8, 2, 2, 1050)) for turn in range(2)]
    judge.keeps_results(huge, times=1)


@requirement("GLOBAL-12")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = case_of("int16", integers("int16", 3, 4, 2, low=-999).astype("int16"))


@requirement("GLOBAL-12")
@each_layout([*HYGIENE, INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("GLOBAL-12")
@each_shared([HYGIENE[0], HYGIENE[3]])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("GLOBAL-13")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what it refuses -------------------------------------------------------------------------

NOTHING = [
    case_of("bad-no-rows", np.zeros((0, 4, 2))),
    case_of("bad-no-columns", np.zeros((4, 0, 2))),
    case_of("bad-no-rows-in-a-batch", np.zeros((2, 0, 4, 2))),
]


@requirement("GLOBAL-15")
@each(NOTHING)
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("GLOBAL-10")
@each(NOTHING)
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, [cases[0] for cases in SEQUENCES.values()])


@requirement("GLOBAL-14")
@each([of_shape(shape, "axes-") for shape in ((4, 6, 2), (2, 4, 6, 2))])
def test_every_number_of_axes_is_computed_or_refused(judge: Judge, case: Case) -> None:
    judge.computes_or_refuses(case)
