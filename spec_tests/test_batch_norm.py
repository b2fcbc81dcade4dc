"""batch_norm: batch normalisation, as it is computed in inference."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.sequences import long_run, same_bytes, whole_first, widening, with_options
from cnnspec.declaration.case import (
    FULL_BLOCKS,
    SPREADS,
    TILES,
    Case,
    integers,
    reals,
    with_float32,
    with_float32_by_name,
)
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
from cnnspec.operations.batch_norm.cases import norm_case, parameters
from cnnspec.operations.batch_norm.combinations import COMBINATIONS

Array = NDArray[Any]

PARAMETERS = ("mean", "variance", "scale", "offset")


# --- what it computes ------------------------------------------------------------------------


@requirement("NORM-01")
@by_hand("NORM-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("NORM-01")
@each(
    norm_case("x".join(map(str, shape)), shape)
    for shape in (
        (1, 1, 1),
        (4, 5, 2),
        (5, 4, 3),
        (3, 3, 3),
        (2, 4, 4),
        (4, 2, 4),
        (1, 7, 5),
        (6, 1, 4),
    )
)
def test_every_number_by_its_own_map(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-01")
@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("k", range(3))
def test_every_parameter_has_its_map(judge: Judge, name: str, k: int) -> None:
    given = dict.fromkeys(PARAMETERS, np.zeros(3)) | {"variance": np.ones(3), "scale": np.ones(3)}
    given[name] = np.where(np.arange(3) == k, -3.0 if name != "variance" else 7.0, given[name])
    judge.correct(norm_case(f"{name}-of-map-{k}", (3, 4, 3), **given))


@requirement("NORM-01")
@each(
    [
        norm_case("zeros", (3, 4, 3), maps=np.zeros((3, 4, 3))),
        norm_case("equal", (3, 4, 3), maps=np.full((3, 4, 3), 7.0)),
        norm_case("at-the-mean", (3, 4, 2), maps=np.full((3, 4, 2), 5.0), mean=np.full(2, 5.0)),
        norm_case("scale-0", (3, 4, 3), scale=np.array([0.0, 2.0, 0.0])),
        norm_case("scale-1", (3, 4, 3), scale=np.ones(3)),
        norm_case("negative-scale", (3, 4, 3), scale=np.array([-1.0, -0.5, -3.0])),
        norm_case("no-offset", (3, 4, 3), offset=np.zeros(3)),
        norm_case("no-mean", (3, 4, 3), mean=np.zeros(3)),
        norm_case("variance-1", (3, 4, 3), variance=np.ones(3)),
        norm_case("equal-parameters", (3, 4, 3), **{name: np.full(3, 2.0) for name in PARAMETERS}),
        norm_case("below-0", (3, 4, 3), offset=np.full(3, -200.0)),
        norm_case("above-0", (3, 4, 3), offset=np.full(3, 200.0)),
        norm_case("one-number", (1, 1, 4)),
    ]
)
def test_zeros_and_equal_numbers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-02")
@by_hand("NORM-02")
def test_epsilon_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


EPSILONS = (0.0, 1e-12, 1e-8, 1e-3, 0.25, 1.0, 30.0)


@requirement("NORM-02")
@each(
    case
    for epsilon in EPSILONS
    for case in (
        norm_case(f"epsilon-{epsilon:g}", (4, 5, 3), epsilon=epsilon),
        norm_case(f"epsilon-{epsilon:g}-batch", (2, 3, 4, 2), epsilon=epsilon),
        norm_case(
            f"epsilon-{epsilon:g}-small-variance",
            (4, 5, 3),
            epsilon=epsilon,
            variance=np.array([1e-4, 1e-9, 0.5]),
        ),
        norm_case(
            f"epsilon-{epsilon:g}-no-variance",
            (4, 5, 2),
            epsilon=epsilon or 1e-4,
            variance=np.zeros(2),
        ),
    )
)
def test_epsilon_is_under_the_root(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-03")
@by_hand("NORM-03")
def test_default_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)
    assert case.expected is not None
    if judge.capabilities.of("batch_norm").fixed:
        raise NotTestedError("it has no parameter epsilon, and another one of its own")
    judge.equals(case, case.expected)


@requirement("NORM-03")
@each(
    [
        norm_case("default-no-variance", (3, 4, 2), variance=np.zeros(2)),
        norm_case("default-small-variance", (3, 4, 3), variance=np.array([1e-5, 1e-7, 1e-3])),
        norm_case("default-batch", (2, 3, 4, 2), variance=np.array([1e-6, 0.0])),
    ]
)
def test_default_epsilon(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-04")
@by_hand("NORM-04")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("NORM-04")
@each(
    norm_case("x".join(map(str, shape)), shape)
    for shape in (
        (1, 4, 5, 2),
        (2, 5, 4, 3),
        (3, 3, 3, 3),
        (4, 2, 3, 4),
        (2, 1, 1, 5),
        (5, 1, 3, 1),
        (17, 2, 3, 2),
        (40, 1, 2, 3),
    )
)
def test_images_of_a_batch_alike(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-04")
@each(
    [
        norm_case(
            "levels",
            (3, 4, 5, 2),
            maps=integers("levels", 3, 4, 5, 2) + np.array([0, 500, -900])[:, None, None, None],
        ),
        norm_case(
            "one-image-dark",
            (3, 4, 5, 2),
            maps=integers("dark", 3, 4, 5, 2) * [[[[1]]], [[[0]]], [[[1]]]],
        ),
        norm_case(
            "equal-images", (3, 4, 5, 2), maps=np.repeat(integers("equal", 1, 4, 5, 2), 3, 0)
        ),
    ]
)
def test_images_do_not_mix(judge: Judge, case: Case) -> None:
    judge.correct(case)


LARGE = [
    norm_case(f"large-{'x'.join(map(str, shape))}", shape)
    for shape in (
        (17, 18, 2),
        (35, 34, 1),
        (131, 3, 2),
        (3, 132, 1),
        (2, 3, 33),
        (2, 2, 65),
        (1, 2, 130),
        (1, 1, 260),
        (1, 3, 517),
        (1, 2, 1030),
        (67, 2, 2, 3),
        (2, 7, 7, 20),
        (3, 7, 8, 17),
        (2, 1, 1, 64),
        (130, 1, 2, 2),
    )
]


@requirement("NORM-05")
@each_group(with_float32(LARGE))
def test_large_maps(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def around(size: int) -> dict[str, Case]:
    """Return normalisations of maps with one dimension of the given size; the others are small."""
    shapes = {
        "rows": (size, 3, 1),
        "columns": (2, size, 2),
        "maps": (2, 3, size),
        "maps-of-a-batch": (2, 1, 2, size),
        "images": (size, 2, 1, 2),
    }
    return {name: norm_case(f"around-{name}-{size}", shape) for name, shape in shapes.items()}


@requirement("NORM-05")
@each_group(with_float32_by_name([around(size) for size in (*TILES, *FULL_BLOCKS)]))
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("NORM-05")
@each(
    [
        norm_case(f"beyond-{'x'.join(map(str, shape))}", shape)
        for shape in ((2, 16_391, 1), (181, 182, 1))
    ]
)
def test_sizes_beyond_counters(judge: Judge, case: Case) -> None:
    judge.correct(case)


def real_parameters(seed: str, count: int) -> dict[str, Array]:
    """Return parameters of real numbers."""
    return {
        "mean": reals(f"{seed}-mean", count),
        "variance": 0.1 + 3 * reals(f"{seed}-variance", count, spread="uniform"),
        "scale": reals(f"{seed}-scale", count),
        "offset": reals(f"{seed}-offset", count),
    }


def real_case(name: str, shape: tuple[int, ...], spread: str = "normal", **others: Any) -> Case:
    """Return a normalisation of real numbers."""
    maps = reals(f"{name}-maps", *shape, spread=spread)
    return norm_case(name, shape, **({"maps": maps} | real_parameters(name, shape[-1]) | others))


PRECISE = [
    *(real_case(f"real-{spread}", (9, 8, 5), spread) for spread in SPREADS),
    *(real_case(f"real-{spread}-batch", (3, 4, 5, 3), spread, epsilon=0.5) for spread in SPREADS),
    real_case(
        "near-the-mean",
        (8, 9, 2),
        maps=100 + reals("near", 8, 9, 2) / 2**10,
        mean=np.full(2, 100.0) + reals("near-mean", 2) / 2**10,
        scale=np.array([1000.0, -300.0]),
        variance=np.array([2.0**-18, 0.01]),
    ),
    real_case("far-from-0", (6, 7, 3), maps=1e6 + reals("far", 6, 7, 3), mean=np.full(3, 1e6)),
    real_case("wide-variances", (6, 7, 4), variance=np.array([1e-6, 1e-2, 1e2, 1e6]), epsilon=1e-9),
    real_case("cancelled", (6, 7, 3), offset=np.array([1e5, -1e5, 3e5])),
]


@requirement("NORM-06")
@each(PRECISE)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-06")
@each(
    replace(case, dtype="float64")
    for case in (
        norm_case(
            "huge",
            (4, 5, 3),
            maps=2.0**100 * integers("huge", 4, 5, 3),
            variance=np.full(3, 2.0**120),
        ),
        norm_case(
            "tiny",
            (4, 5, 3),
            **dict.fromkeys(("mean", "offset"), np.zeros(3)),
            maps=2.0**-400 * integers("tiny", 4, 5, 3),
            scale=np.array([1.0, -2.0, 3.0]),
        ),
    )
)
def test_huge_and_tiny_numbers(judge: Judge, case: Case) -> None:
    judge.correct(case)


SHAPES = st.tuples(*[st.integers(1, 5)] * 3)


@requirement("NORM-07")
@for_all(
    seed=st.integers(0, 10**6).map(str), shape=SHAPES, factor=st.sampled_from([-1.0, 0.5, 4.0])
)
def test_scale_and_offset_are_linear(
    judge: Judge, seed: str, shape: tuple[int, ...], factor: float
) -> None:
    plain = norm_case(f"drawn-{seed}-{shape}", shape)
    given = plain.arguments
    times = replace(
        plain,
        id=f"{plain.id}-times-{factor}",
        arguments={**given, "scale": given["scale"] * factor, "offset": given["offset"] * factor},
    )
    got, once = judge.value(times), judge.value(plain)
    allowed = judge.allowed(times, got) + abs(factor) * judge.allowed(plain, once)
    judge.same(times, got, factor * once.astype(float), allowed, "not scaled like scale and offset")


@requirement("NORM-07")
@for_all(seed=st.integers(0, 10**6).map(str), shape=SHAPES, more=st.integers(-64, 64))
def test_maps_and_mean_move_together(
    judge: Judge, seed: str, shape: tuple[int, ...], more: int
) -> None:
    plain = norm_case(f"moved-{seed}-{shape}", shape)
    given = plain.arguments
    moved = replace(
        plain,
        id=f"{plain.id}-by-{more}",
        arguments={**given, "maps": given["maps"] + more, "mean": given["mean"] + more},
    )
    got, before = judge.value(moved), judge.value(plain)
    allowed = judge.allowed(moved, got) + judge.allowed(plain, before)
    judge.same(moved, got, before.astype(float), allowed, "not the same with maps and mean moved")


@requirement("NORM-07")
@for_all(seed=st.integers(0, 10**6).map(str), shape=SHAPES)
def test_the_mean_becomes_the_offset(judge: Judge, seed: str, shape: tuple[int, ...]) -> None:
    given = parameters(f"mean-{seed}", shape[-1])
    maps = np.broadcast_to(given["mean"], shape).copy()
    case = norm_case(f"mean-{seed}-{shape}", shape, maps=maps, **given)
    got = judge.value(case)
    offsets = np.broadcast_to(given["offset"], shape)
    judge.same(case, got, offsets, judge.allowed(case, got), "the mean does not become the offset")


@requirement("NORM-07")
@each(
    norm_case(
        f"own-statistics-{'x'.join(map(str, shape))}",
        shape,
        maps=maps,
        mean=maps.mean(axis=tuple(range(maps.ndim - 1))),
        variance=maps.var(axis=tuple(range(maps.ndim - 1))),
        scale=np.ones(shape[-1]),
        offset=np.zeros(shape[-1]),
        epsilon=0.0,
    )
    for shape in ((5, 6, 3), (2, 3, 4, 2))
    for maps in (integers(f"scipy-{shape}", *shape),)
)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    maps = case.arguments["maps"]
    columns = maps.reshape(-1, maps.shape[-1])  # old versions take one axis only
    judge.equals(case, lambda: scipy.stats.zscore(columns, axis=0).reshape(maps.shape))


# --- dtypes ----------------------------------------------------------------------------------


@requirement("NORM-08")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        norm_case("typed", (4, 3, 2)),
        norm_case("typed-epsilon", (4, 3, 2), epsilon=0.25),
        real_case("typed-real", (5, 6, 3)),
        real_case("typed-batch", (2, 3, 4, 5)),
        real_case("typed-wide", (2, 3, 40)),
        norm_case(
            "typed-small-variance", (3, 4, 2), variance=np.array([0.01, 0.002]), epsilon=0.001
        ),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("NORM-08")
@each(
    replace(
        real_case(f"mixed-{maps}-{others}", (3, 4, 2)),
        arguments={
            name: value.astype(maps if name == "maps" else others)
            for name, value in real_case("mixed", (3, 4, 2)).arguments.items()
        },
        may_refuse=True,
    )
    for maps, others in (
        ("float16", "float32"),
        ("float32", "float64"),
        ("float64", "float32"),
    )
)
def test_parameters_of_another_dtype(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-09")
@each(
    norm_case(f"{dtype}-{'x'.join(map(str, shape))}", shape, maps=maps.astype(dtype))
    for dtype, low, high in (
        ("uint8", 0, 255),
        ("int8", -128, 127),
        ("uint16", 0, 65535),
        ("int16", -32768, 32767),
        ("int32", -(2**20), 2**20),
        ("int64", -(2**20), 2**20),
        ("bool", 0, 1),
    )
    for shape in ((3, 4, 2), (2, 3, 2, 20))
    for maps in (integers(f"norm-{dtype}", *shape, low=low, high=high),)
)
def test_integer_maps(judge: Judge, case: Case) -> None:
    judge.correct(replace(case, may_refuse=True))


@requirement("NORM-09")
@pytest.mark.parametrize("part", PARAMETERS)
def test_integer_parameters(judge: Judge, part: str) -> None:
    case = norm_case(f"whole-{part}", (3, 4, 3))
    whole = np.array([3, 1, 7]).astype(np.int64)
    arguments = {**case.arguments, part: whole}
    judge.correct(replace(case, arguments=arguments, may_refuse=True))


# --- special numbers -------------------------------------------------------------------------


@requirement("NORM-10")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    "place", [(0, 0, 0), (2, 3, 1), (1, 0, 2, 2)], ids=["first", "inner", "batch"]
)
def test_one_number_spoils_no_other(judge: Judge, place: tuple[int, ...], value: float) -> None:
    shape = (4, 5, 3) if len(place) == 3 else (2, 3, 4, 3)
    clean = norm_case(f"clean-{len(place)}", shape)
    maps = clean.arguments["maps"].copy()
    maps[place] = value
    spoilt = replace(
        clean,
        id=f"{clean.id}-{value}-at-{'.'.join(map(str, place))}",
        arguments={**clean.arguments, "maps": maps},
        may_refuse=True,
    )
    got = judge.correct_beside(spoilt, clean, ~np.isfinite(maps))
    due = value * float(np.sign(clean.arguments["scale"][place[-1]]))
    held = np.array_equal(got[place], due, equal_nan=True)
    judge.holds(spoilt, held, f"{value} becomes {got[place]}, not {due}", got)


@requirement("NORM-10")
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_spoils_its_own_map_only(judge: Judge, name: str) -> None:
    clean = norm_case("clean-parameters", (3, 4, 3))
    given = clean.arguments[name].copy()
    given[1] = np.nan
    spoilt = replace(
        clean,
        id=f"{clean.id}-nan-{name}",
        arguments={**clean.arguments, name: given},
        may_refuse=True,
    )
    reached = np.broadcast_to(np.arange(3) == 1, (3, 4, 3))
    judge.correct_beside(spoilt, clean, reached)


@requirement("NORM-19")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_options_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group))


# --- hygiene ---------------------------------------------------------------------------------

HYGIENE = [
    norm_case("hygiene", (4, 6, 2)),
    norm_case("hygiene-epsilon", (5, 3, 3), epsilon=0.25),
    real_case("hygiene-real", (5, 6, 4)),
    norm_case("hygiene-batch", (3, 4, 5, 2)),
]

SEQUENCES = {
    "maps": [norm_case(f"sequence-{turn}", (3, 12, 3)) for turn in range(3)],
    "batch": [norm_case(f"sequence-batch-{turn}", (2, 3, 11, 2)) for turn in range(3)],
    **{
        f"other-{name}": [
            norm_case(
                f"sequence-{name}-{turn}",
                (4, 11, 3),
                maps=integers("sequence", 4, 11, 3),
                **(parameters("sequence", 3) | {name: parameters(f"sequence-{turn}", 3)[name]}),
            )
            for turn in range(3)
        ]
        for name in PARAMETERS
    },
}

STATES = {
    "epsilons": with_options(
        norm_case("state", (3, 13, 2)), {}, {"epsilon": 0.5}, {"epsilon": 2.0}
    ),
    "same-bytes": same_bytes(norm_case("state-bytes", (4, 14, 2)), "maps"),
    "integers-first": whole_first(real_case("state", (4, 15, 2)), "maps"),
    **{
        f"integers-first-{name}": whole_first(real_case(f"state-{name}", (4, 16, 2)), name)
        for name in ("mean", "offset")
    },
    "narrow-first": widening(real_case("state-narrow", (4, 17, 2))),
    "half-first": widening(real_case("state-half", (4, 18, 2)), "float16", "float32", "float64"),
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [
    norm_case(f"twice-{'x'.join(map(str, shape))}", shape)
    for shape in ((7, 31, 2), (8, 31, 1), (2, 6, 31, 3))
]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("NORM-05")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("NORM-11")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("NORM-12")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("NORM-12")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("NORM-12")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("NORM-12")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("NORM-12")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("NORM-12")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("NORM-13")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("NORM-13")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(norm_case("many", (2, 5, 2)), "maps"),
        long_run(norm_case("many-means", (2, 3, 3)), "mean"),
        long_run(norm_case("many-batches", (2, 2, 3, 2)), "maps"),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("NORM-13")
def test_huge_results_stay(judge: Judge) -> None:
    huge = [norm_case(f"huge-{turn}", (66, 33, 32)) for turn in range(2)]
    judge.keeps_results(huge, times=1)


@requirement("NORM-14")
@pytest.mark.parametrize(
    "layout", ["fortran", "first-fortran", "strided", "rest-strided", "channels-first", "read-only"]
)
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = norm_case("int16", (3, 4, 2), maps=integers("int16", 3, 4, 2, low=-999).astype("int16"))


@requirement("NORM-14")
@each_layout([*HYGIENE, INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("NORM-14")
@each_shared([HYGIENE[0], HYGIENE[3]])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("NORM-15")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what it refuses -------------------------------------------------------------------------


def of_length(name: str, shape: tuple[int, ...], length: int) -> Case:
    """Return a normalisation of which one parameter has another length."""
    case = norm_case(f"bad-{name}-{'x'.join(map(str, shape))}-{length}", shape)
    return replace(case, arguments={**case.arguments, name: np.arange(1.0, length + 1)})


TOO_LONG = [
    of_length(name, shape, length)
    for name in PARAMETERS
    for shape, length in (
        ((4, 5, 3), 4),
        ((4, 5, 3), 6),
        ((4, 5, 2), 5),
        ((4, 5, 1), 3),
        ((2, 3, 4, 2), 4),
        ((4, 4, 2), 4),
    )
]

TOO_SHORT = [
    of_length(name, shape, length)
    for name in PARAMETERS
    for shape, length in (((4, 5, 3), 2), ((4, 5, 3), 1), ((2, 3, 4, 2), 1))
]


@requirement("NORM-16")
@each(TOO_LONG)
def test_more_parameters_than_maps_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("NORM-17")
@each(TOO_SHORT)
def test_fewer_parameters_than_maps_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("NORM-18")
@each([*TOO_LONG, *TOO_SHORT])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("NORM-12")
@each([TOO_LONG[0], TOO_SHORT[1]])
def test_refused_calls_leave_nothing_behind(judge: Judge, case: Case) -> None:
    judge.recovers(case, [cases[0] for cases in SEQUENCES.values()])


@requirement("NORM-20")
@each([norm_case(f"axes-{len(shape)}", shape) for shape in ((4, 6, 2), (2, 4, 6, 2))])
def test_every_number_of_axes_is_computed_or_refused(judge: Judge, case: Case) -> None:
    judge.computes_or_refuses(case)
