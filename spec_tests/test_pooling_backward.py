"""The gradients of max_pool2d, min_pool2d and avg_pool2d."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.by_scipy import convolved
from cnnspec.declaration.case import (
    FULL_BLOCKS,
    SPREADS,
    TILES,
    Case,
    distinct,
    integers,
    with_float32,
    with_float32_by_name,
)
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import by_hand, each, each_group, for_all, requirement
from cnnspec.operations.pooling.backward import exact
from cnnspec.operations.pooling.backward.cases import gradient_case, of_maps
from cnnspec.operations.pooling.backward.combinations import COMBINATIONS
from cnnspec.operations.pooling.window_places import along_axes

Array = NDArray[Any]
Options = Mapping[str, Any]

SELECTING = ("max_pool2d_backward", "min_pool2d_backward")
MEAN = ("avg_pool2d_backward",)
ALL = (*SELECTING, *MEAN)


def short(value: Any) -> str:
    return ".".join(map(str, value)) if isinstance(value, tuple) else str(value)


def named(shape: tuple[int, ...], options: Options) -> str:
    return "x".join(map(str, shape)) + "".join(f"-{k}-{short(v)}" for k, v in options.items())


def for_operation(operation: str, options: Options) -> dict[str, Any]:
    """Return options; a mean whose padding counts or not says which of the two."""
    given = dict(options)
    if operation in MEAN:
        given.pop("dilation", None)
        if given.get("padding"):
            given.setdefault("count_include_pad", True)
    return given


def fits(shape: tuple[int, ...], options: Options) -> bool:
    """Return whether there are windows, and each holds an element of the maps."""
    along = along_axes({"maps": np.empty(shape), **options})
    return all(one.number >= 1 and one.inside().all() for one in along)


def cases(
    operation: str,
    shapes: Iterable[tuple[int, ...]],
    options: Iterable[Options],
    name: str = "",
) -> list[Case]:
    """Return a gradient of each shape with each set of options that fits."""
    found = []
    for shape in shapes:
        for one in options:
            given = for_operation(operation, one)
            if fits(shape, given):
                found.append(
                    gradient_case(operation, f"{name}{named(shape, given)}", shape, **given)
                )
    return list({case.id: case for case in found}.values())


def groups(
    operations: Iterable[str], shapes: Iterable[tuple[int, ...]], **options: Iterable[Options]
) -> dict[str, list[Case]]:
    """Return the cases of each operation and each named list of options."""
    shapes = [*shapes]
    return {
        f"{operation}-{name}": cases(operation, shapes, some)
        for operation in operations
        for name, some in options.items()
    }


def alone(operation: str, shape: tuple[int, ...], **options: Any) -> list[Case]:
    """Return calls in which a single number that comes in is not 0."""
    whole = gradient_case(operation, f"alone-{named(shape, options)}", shape, **options)
    found = []
    for place in np.ndindex(whole.arguments["grad"].shape):
        grad = np.zeros_like(whole.arguments["grad"])
        grad[place] = -12.0
        name = f"{whole.id}-{'.'.join(map(str, place))}"
        found.append(replace(whole, id=name, arguments={**whole.arguments, "grad": grad}))
    return found


# --- one window beside the other -------------------------------------------------------------

SHAPES = [
    *((2, 2, 1), (4, 4, 1), (4, 6, 2), (6, 4, 3), (4, 4, 4), (2, 8, 3), (8, 2, 1), (6, 6, 6)),
    *((5, 7, 2), (7, 5, 1), (5, 5, 3), (4, 5, 2), (5, 4, 2), (3, 3, 3)),
]
TOUCHING: list[Options] = [{}, {"size": 4}, {"size": 1}, {"size": 3}]


def orders(operation: str, size: int) -> list[Case]:
    """Return single windows whose largest and smallest elements stand at every two places."""
    count = size * size
    found = []
    for first, second in permutations(range(count), 2):
        rest = iter(range(1, count - 1))
        numbers = [
            0.0 if n == first else count if n == second else float(next(rest)) for n in range(count)
        ]
        maps = np.reshape(numbers, (size, size, 1)) - count // 2
        found.append(of_maps(operation, f"order-{size}-{first}-{second}", maps, size=size))
    return found


@requirement("POOLGRAD-01")
@by_hand("POOLGRAD-01")
def test_chosen_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-01")
@each(case for operation in SELECTING for case in cases(operation, SHAPES, TOUCHING))
def test_goes_to_the_chosen_element(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-01")
@each_group({f"{of}-{size}": orders(of, size) for of in SELECTING for size in (2, 3)})
def test_at_any_place_of_a_window(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-01")
@each_group({of: alone(of, (4, 6, 2)) for of in SELECTING})
def test_each_window_by_itself(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-02")
@by_hand("POOLGRAD-02")
def test_means_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-02")
@each(case for operation in MEAN for case in cases(operation, SHAPES, TOUCHING))
def test_every_element_gets_its_part(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-02")
@each_group({f"{of}-{size}": alone(of, (4, 8, 2), size=size) for of in MEAN for size in (2, 4)})
def test_each_window_of_a_mean_by_itself(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


CONVOLVING: list[dict[str, Any]] = [{"size": 2, "stride": 1}, {"size": 4, "stride": 1}]


@requirement("POOLGRAD-02")
@each(
    gradient_case("avg_pool2d_backward", f"scipy-{named(shape, options)}", shape, **options)
    for shape in ((5, 6, 2), (7, 4, 1))
    for options in CONVOLVING
)
def test_means_agree_with_scipy(judge: Judge, case: Case) -> None:
    def spread() -> Array:
        size = case.arguments["size"]
        each_one = np.full((size, size, 1), 1 / size**2)
        return convolved(case.arguments["grad"], each_one)

    judge.equals(case, spread)


# --- overlapping windows, gaps, what is left over ----------------------------------------------

OVERLAPPING: list[Options] = [
    {"size": size, "stride": stride}
    for size, stride in ((2, 1), (3, 1), (3, 2), (4, 1), (4, 3), (5, 2))
]
WITH_GAPS: list[Options] = [
    {"size": size, "stride": stride}
    for size, stride in ((1, 2), (1, 3), (2, 3), (2, 5), (3, 4), (3, 7))
]
OBLONG: list[Options] = [
    *({"size": size} for size in ((1, 2), (2, 1), (2, 3), (3, 2))),
    *(
        {"size": size, "stride": stride}
        for size, stride in (
            ((2, 3), 1),
            ((3, 2), (2, 1)),
            (3, (1, 2)),
            (2, (2, 3)),
            ((4, 1), (1, 2)),
        )
    ),
]
SIDES = [(7, 9, 2), (8, 6, 1), (6, 6, 3), (2, 7, 8, 2)]


@requirement("POOLGRAD-03")
@by_hand("POOLGRAD-03")
def test_overlap_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-03")
@each_group(groups(ALL, SIDES, overlapping=OVERLAPPING, gaps=WITH_GAPS))
def test_what_overlapping_windows_send_is_added(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-03")
@each_group({of: alone(of, (4, 5, 1), size=3, stride=1) for of in ALL})
def test_each_overlapping_window_by_itself(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-04")
@each_group(groups(ALL, [(5, 6, 1), *SIDES], oblong=OBLONG))
def test_windows_of_each_axis(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-05")
@each_group(
    groups(ALL, [(6, 9, 2), (3, 6, 6, 1)], sizes=[{}, {"size": 3}, {"stride": 1}, {"stride": 3}])
    | groups(ALL, [(8, 7, 1)], none=[{"size": 3, "stride": None}, {"stride": None}])
)
def test_size_and_stride_by_default(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


# --- near ties, and ties ---------------------------------------------------------------------


def near(operation: str, dtype: str, step: float, offset: float, name: str) -> list[Case]:
    """Return maps all of whose elements are a step of each other away from their neighbours."""
    found = []
    calls: tuple[tuple[tuple[int, ...], dict[str, Any]], ...] = (
        ((4, 6, 2), {}),
        ((6, 6, 1), {"size": 3}),
        ((2, 4, 4, 2), {}),
        ((5, 6, 2), {"size": 3, "stride": 1}),
        ((5, 7, 1), {"size": 3, "stride": 2}),
    )
    for shape, options in calls:
        which = f"near-{name}-{dtype}-{named(shape, options)}"
        ranks = distinct(f"{operation}/{which}", *shape)
        maps = (offset + step * (ranks - ranks.min())).astype(dtype)
        made = of_maps(operation, which, maps, **options)
        grad = made.arguments["grad"].astype(dtype)
        given = {**made.arguments, "grad": grad}
        about = None if dtype == "float64" else dtype
        found.append(replace(made, arguments=given, dtype=about))
    return found


#: Names, steps, and from where on: no two numbers are rounded to the same.
NEAR: dict[str, tuple[str, float, float]] = {
    "thousandth": ("float64", 2.0**-10, 1.0),
    "thousandth-below-zero": ("float64", 2.0**-10, -2.0),
    "neighbours": ("float64", 2.0**-52, 1.0),
    "neighbours-below-zero": ("float64", 2.0**-53, -1.0),
    "millionth": ("float64", 2.0**-20, 3.0),
    "beyond-float32": ("float64", 2.0**-26, 1.0),
    "tiny": ("float64", 2.0**-40, 2.0**-30),
    "large": ("float64", 1.0, 2.0**40),
    "thousandth-in-float32": ("float32", 2.0**-10, 1.0),
    "neighbours-in-float32": ("float32", 2.0**-23, 1.0),
    "neighbours-in-float16": ("float16", 2.0**-10, 1.0),
}


@requirement("POOLGRAD-06")
@by_hand("POOLGRAD-06")
def test_near_ties_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-06")
@each_group(
    {
        f"{of}-{name}": near(of, dtype, step, offset, name)
        for of in SELECTING
        for name, (dtype, step, offset) in NEAR.items()
    }
)
def test_near_ties_are_no_ties(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def tied(operation: str) -> Iterator[Case]:
    """Yield maps with equal elements, in windows that do not overlap, with numbers of any sign."""
    for size in (2, 3):
        # Every arrangement of two values in a window of 2x2, and some of 3x3; no window beside
        # another has the same.
        count = size * size
        patterns = [np.reshape(bits, (size, size)) for bits in product((0.0, 1.0), repeat=count)]
        chosen = patterns if size == 2 else patterns[5::31]
        for name, level in (("plain", 0.0), ("negative", -3.0)):
            maps = np.hstack(chosen)[..., np.newaxis] + level
            yield of_maps(operation, f"tied-{size}-{name}", maps, size=size)
    for name, maps in (
        ("zeros", np.zeros((4, 6, 2))),
        ("equal", np.full((6, 6, 1), 7.0)),
        ("equal-below-zero", np.full((4, 5, 2), -2.5)),
        ("signed-zeros", np.where(integers("signs", 4, 6, 2) > 0, 0.0, -0.0)),
        ("dark", np.maximum(integers("dark", 8, 8, 2) - 5, 0)),
        ("few", np.sign(integers("few", 6, 8, 3))),
        ("batch", np.sign(integers("batch", 3, 4, 6, 2))),
        ("one-map-equal", distinct("one", 4, 4, 2) * np.array([1.0, 0.0])),
    ):
        yield of_maps(operation, f"tied-{name}", maps)
        yield of_maps(operation, f"tied-{name}-real", maps, data="normal")
    few = np.sign(integers("few-more", 7, 9, 2))
    for options in (
        {"size": 3},
        {"size": 2, "stride": 3},
        {"size": (1, 3)},
        {"size": (2, 4), "stride": (3, 5)},
        {"size": 2, "padding": 1},
        {"size": 3, "padding": 1},
        {"size": 2, "ceil_mode": True},
        {"size": 3, "stride": 4, "ceil_mode": True},
        {"size": 2, "stride": 3, "dilation": 2},
        {"size": 4},
    ):
        yield of_maps(operation, f"tied-{named(few.shape, options)}", few, **options)


TIED = {operation: [*tied(operation)] for operation in SELECTING}


def shared(judge: Judge, case: Case) -> tuple[Array, Array, Array, Array, Array]:
    """Return what all elements of each window get, what comes in, and how many are equal.

    And how far off the first may be, and the result. No element lies in two windows.
    """
    got = judge.correct(case)
    given = dict(judge.capabilities.narrowed(case).arguments)
    grad, maps = given.pop("grad"), given["maps"]
    dtype = bounds.coarsest(got.dtype, grad.dtype, maps.dtype)
    largest = case.operation.startswith("max")
    places, equal = exact.extreme(given, dtype, largest=largest)
    handed = places.seen(got.astype(np.float64)) * places.inside[..., np.newaxis]
    count = equal.sum(axis=(3, 4))
    incoming = grad.astype(np.float64).reshape(count.shape)
    allowed = bounds.sum_of_ties(count, incoming, dtype)
    return handed.sum(axis=(3, 4)), incoming, count, allowed, got


@requirement("POOLGRAD-07")
@by_hand("POOLGRAD-07")
def test_ties_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-07")
@each_group({f"{of}-{name}": some for of in SELECTING for name, some in (
    ("float64", TIED[of]), ("float32", [case.cast("float32") for case in TIED[of]]))})  # fmt: skip
def test_equal_elements_get_no_less_and_no_more(judge: Judge, cases: list[Case]) -> None:
    def check(case: Case) -> None:
        handed, incoming, count, allowed, got = shared(judge, case)
        least = np.minimum(incoming, count * incoming) - allowed
        most = np.maximum(incoming, count * incoming) + allowed
        said = "the equal elements of a window together get less than what comes in for it"
        judge.holds(case, ((least <= handed) & (handed <= most)).all(), said, got)

    judge.in_turn(check, cases)


@requirement("POOLGRAD-08")
@each_group(TIED)
def test_equal_elements_share(judge: Judge, cases: list[Case]) -> None:
    def check(case: Case) -> None:
        handed, incoming, _, allowed, got = shared(judge, case)
        said = "the equal elements of a window together get more than what comes in for it"
        judge.holds(case, (np.abs(handed - incoming) <= allowed).all(), said, got)

    judge.in_turn(check, cases)


# --- maps and images -------------------------------------------------------------------------

BATCHES = [
    (1, 4, 4, 1),
    (1, 5, 6, 3),
    (2, 4, 6, 2),
    (3, 6, 4, 1),
    (4, 4, 4, 4),
    (3, 3, 3, 3),
    (17, 2, 3, 2),
]


@requirement("POOLGRAD-09")
@each_group(groups(ALL, BATCHES, touching=[{}], overlapping=[{"size": 2, "stride": 1}]))
def test_images_of_a_batch_are_apart(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def levels(operation: str) -> list[Case]:
    """Return maps, and images, far from each other: whoever compares them shows."""
    apart = np.array([0.0, 1000.0, -1000.0, 500.0])
    return [
        of_maps(operation, f"levels-{name}", distinct(f"levels-{name}", *shape) + level)
        for name, shape, level in (
            ("maps", (4, 6, 4), apart),
            ("reversed", (4, 6, 4), apart[::-1]),
            ("images", (4, 4, 6, 2), apart[:, np.newaxis, np.newaxis, np.newaxis]),
        )
    ]


@requirement("POOLGRAD-09")
@each_group({operation: levels(operation) for operation in ALL})
def test_maps_are_apart(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


# --- padding, dilation, cut windows, divisors --------------------------------------------------

PADDED: list[Options] = [
    {"size": size, "stride": stride, "padding": padding}
    for size, padding in ((2, 1), (3, 1), (4, 2), (5, (1, 2)), ((3, 2), (1, 0)), ((1, 4), (0, 2)))
    for stride in (1, 2, 3, (2, 1))
]
DILATED: list[Options] = [
    {"size": size, "stride": stride, "dilation": dilation}
    for size in (2, 3, (2, 3))
    for stride in (1, 2, 3)
    for dilation in (2, (1, 2), (3, 1))
]
CUT: list[Options] = [
    {"size": size, "stride": stride, "ceil_mode": True}
    for size in (2, 3, 4, (2, 3))
    for stride in (1, 2, 3, 5, (3, 2))
]
CUT_AND_PADDED: list[Options] = [
    {"size": size, "stride": stride, "padding": padding, "ceil_mode": True}
    for size, padding in ((2, 1), (3, 1), (4, (1, 2)))
    for stride in (2, 3, 4)
]
REMAINDERS = [(5, 8, 1), (6, 7, 2), (2, 7, 5, 1)]


@requirement("POOLGRAD-10")
@by_hand("POOLGRAD-10")
def test_padding_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-10")
@each_group(groups(SELECTING, REMAINDERS, padded=PADDED))
def test_what_comes_in_never_goes_to_the_padding(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def far_below(operation: str) -> Iterator[Case]:
    """Yield padded and cut windows of numbers that zeros, and large numbers, win over."""
    sign = -1.0 if operation.startswith("max") else 1.0
    calls: tuple[tuple[tuple[int, ...], dict[str, Any]], ...] = (
        ((5, 6, 2), {"size": 3, "stride": 2, "padding": 1}),
        ((4, 4, 1), {"size": 2, "padding": 1}),
        ((2, 5, 5, 1), {"size": 3, "ceil_mode": True}),
    )
    for name, level in (("", 100.0), ("far-", 2.0**100), ("lowest-", 1.5 * 2.0**1023)):
        for shape, options in calls:
            which = f"beyond-{name}{named(shape, options)}"
            ranks = distinct(f"{operation}/{which}", *shape)
            maps = sign * level * (1 + (ranks - ranks.min() + 1) * 2.0**-10)
            yield of_maps(operation, which, maps, **options)


@requirement("POOLGRAD-10")
@each_group({operation: [*far_below(operation)] for operation in SELECTING})
def test_the_padding_wins_over_nothing(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.correct(replace(case, dtype="float64")), cases)


@requirement("POOLGRAD-11")
@each_group(groups(SELECTING, [(5, 6, 1), (8, 9, 2), (2, 9, 7, 1)], dilated=DILATED))
def test_elements_are_dilation_apart(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-12")
@by_hand("POOLGRAD-12")
def test_cut_windows_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-12")
@each_group(
    groups(ALL, [*REMAINDERS, (3, 4, 1)], cut=CUT)
    | groups(SELECTING, REMAINDERS, padded=CUT_AND_PADDED)
)
def test_cut_windows_count(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


COUNTED = {
    name: [{**one, "count_include_pad": counted} for one in some for counted in (True, False)]
    for name, some in (("padded", PADDED), ("cut", CUT_AND_PADDED))
}


@requirement("POOLGRAD-13")
@by_hand("POOLGRAD-13")
def test_divisors_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-13")
@each_group(groups(MEAN, REMAINDERS, **COUNTED))
def test_divided_as_the_mean_was(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-13")
@each_group(
    {
        name: [
            gradient_case(MEAN[0], f"either-{named(shape, one)}", shape, **one)
            for shape in REMAINDERS
            for one in some
            if fits(shape, one)
        ]
        for name, some in (("padded", PADDED), ("cut", CUT_AND_PADDED))
    }
)
def test_one_divisor_or_the_other_is_used_throughout(judge: Judge, cases: list[Case]) -> None:
    judge.correct_in_one_way(cases, [{"count_include_pad": True}, {"count_include_pad": False}])


# --- sizes, rounding, combinations -----------------------------------------------------------


def around(operation: str, size: int) -> dict[str, Case]:
    """Return maps with one dimension of the given size; the others are small."""
    shapes = {
        "rows": (size, 4, 1),
        "columns": (2, size, 2),
        "maps": (2, 3, size),
        "images": (size, 2, 3, 1),
    }
    stride = 1 + size % 2
    return {
        f"{operation}-{name}": gradient_case(
            operation, f"around-{name}-{size}", shape, size=2, stride=stride
        )
        for name, shape in shapes.items()
    }


@requirement("POOLGRAD-14")
@each_group(
    {
        name: group
        for of in ALL
        for name, group in with_float32_by_name(
            [around(of, size) for size in (*TILES, *FULL_BLOCKS)]
        ).items()
    }
)
def test_any_sizes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


LARGE: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((26, 26, 8), {}),
    ((35, 34, 1), {"size": 3, "stride": 2}),
    ((131, 5, 2), {"size": 2, "stride": 1}),
    ((3, 132, 1), {"size": 3, "stride": 1}),
    ((4, 4, 260), {}),
    ((67, 4, 4, 2), {}),
    ((16, 18, 2), {"size": 8, "stride": 5}),
    ((7, 7, 33), {"size": 7}),
]


@requirement("POOLGRAD-14")
@each_group(
    with_float32(
        gradient_case(of, f"large-{named(shape, options)}", shape, **options)
        for of in ALL
        for shape, options in LARGE
    )
)
def test_large_maps(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


ROUNDED: list[Options] = [
    {},
    {"size": 3},
    {"size": 3, "stride": 1},
    {"size": 5, "stride": 2},
    {"size": 3, "stride": 2, "padding": 1},
    {"size": 7, "stride": 1},
]


@requirement("POOLGRAD-15")
@each(
    gradient_case(of, f"real-{spread}-{named(shape, given)}", shape, data=spread, **given)
    for of in ALL
    for spread in SPREADS
    for shape in ((7, 8, 1), (9, 10, 2), (2, 8, 8, 1))
    for options in ROUNDED
    for given in [for_operation(of, options)]
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOLGRAD-16")
@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_options_together(judge: Judge, operation: str, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, operation))


# --- a relation ------------------------------------------------------------------------------


@requirement("POOLGRAD-17")
@pytest.mark.parametrize("operation", ALL)
@for_all(
    seed=st.integers(0, 10**6).map(str),
    shape=st.tuples(st.integers(3, 7), st.integers(3, 7), st.integers(1, 3)),
    size=st.integers(1, 3),
    stride=st.integers(1, 4),
)
def test_what_comes_in_and_what_goes_out_weigh_the_same(
    judge: Judge, operation: str, seed: str, shape: tuple[int, ...], size: int, stride: int
) -> None:
    name = f"drawn-{seed}-{named(shape, {})}-{size}-{stride}"
    case = gradient_case(operation, name, shape, size=size, stride=stride)
    grad, maps = case.arguments["grad"], case.arguments["maps"]
    got = judge.value(case)
    allowed = (judge.allowed(case, got) * np.abs(maps)).sum()
    places = exact.places_of({"maps": maps, "size": size, "stride": stride})
    seen = places.seen(maps)[0]
    combines: dict[str, Any] = {"max": np.max, "min": np.min, "avg": np.mean}
    combine = combines[operation[:3]]
    pooled = combine(seen, axis=(2, 3))
    went, came = np.asarray((got * maps).sum(dtype=float)), np.asarray((grad * pooled).sum())
    # The products and sums of this very comparison are rounded, too.
    slack = bounds.gamma(maps.size + 3, 2.0**-53) * (np.abs(got * maps).sum() + np.abs(came))
    said = "the sum of gradient * maps is not that of incoming gradient * pooled maps"
    judge.same(case, went, came, np.asarray(allowed + slack), said)


# --- NaN and infinity ------------------------------------------------------------------------

SPECIAL: list[tuple[tuple[int, ...], Options, tuple[int, ...]]] = [
    ((4, 6, 2), {}, (1, 1, 1)),
    ((2, 5, 5, 1), {"size": 3, "stride": 1}, (1, 0, 2, 0)),
    ((5, 6, 2), {"size": 3, "stride": 2, "padding": 1}, (0, 1, 0)),
]


@requirement("POOLGRAD-18")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    ("shape", "options", "place"), SPECIAL, ids=["touching", "overlapping", "padded"]
)
@pytest.mark.parametrize("operation", ALL)
def test_one_number_that_comes_in_spoils_its_window_only(
    judge: Judge,
    operation: str,
    shape: tuple[int, ...],
    options: Options,
    place: tuple[int, ...],
    value: float,
) -> None:
    given = for_operation(operation, options)
    clean = gradient_case(operation, f"clean-{named(shape, given)}", shape, **given)
    grad = clean.arguments["grad"].copy()
    grad[place] = value
    name = f"{operation}/incoming-{value}-{named(shape, given)}"
    spoilt = replace(clean, id=name, arguments={**clean.arguments, "grad": grad}, may_refuse=True)
    maps = clean.arguments["maps"]
    places, chosen = exact.extreme(
        {"maps": maps, **given}, np.dtype(float), largest=operation.startswith("max")
    )
    *batch, i, j, k = place
    window = np.s_[batch[0] if batch else 0, i, j, :, :, k]
    numbers = places.flat[window]
    in_window, held = np.zeros(maps.size, bool), np.zeros(maps.size, bool)
    in_window[numbers[places.inside[i, j]]] = True
    wins = chosen[window] if operation in SELECTING else places.inside[i, j]
    held[numbers[wins]] = True
    in_window, held = in_window.reshape(shape), held.reshape(shape)
    is_spread = operation in MEAN and judge.implementation.accuracy == "normwise"
    got = judge.correct_beside(spoilt, clean, np.full_like(held, True) if is_spread else in_window)
    said = f"{value} comes in for a window, and its element gets a finite number"
    judge.holds(spoilt, not np.isfinite(got[held]).any(), said, got)


@requirement("POOLGRAD-19")
@pytest.mark.parametrize(
    ("shape", "options", "place"),
    [
        ((4, 6, 2), {}, (1, 2, 1)),
        ((2, 5, 5, 1), {"size": 3, "stride": 1}, (1, 0, 2, 0)),
        ((6, 7, 2), {"size": 3, "stride": 2, "padding": 1}, (0, 3, 0)),
    ],
    ids=["touching", "overlapping", "padded"],
)
@pytest.mark.parametrize("operation", SELECTING)
def test_nan_in_the_maps_spoils_its_windows_only(
    judge: Judge, operation: str, shape: tuple[int, ...], options: Options, place: tuple[int, ...]
) -> None:
    clean = gradient_case(operation, f"clean-{named(shape, options)}", shape, **options)
    maps = clean.arguments["maps"].copy()
    maps[place] = np.nan
    name = f"{operation}/maps-nan-{named(shape, options)}"
    spoilt = replace(clean, id=name, arguments={**clean.arguments, "maps": maps}, may_refuse=True)
    places, _ = exact.extreme({"maps": maps, **options}, np.dtype(float), largest=True)
    inside = places.inside[..., np.newaxis]
    of_nan = np.isnan(places.seen(maps)) & inside
    holds_nan = of_nan.any(axis=(3, 4), keepdims=True) & inside
    reached = np.zeros(maps.size, bool)
    reached[places.flat[np.broadcast_to(holds_nan, places.flat.shape)]] = True
    judge.correct_beside(spoilt, clean, reached.reshape(shape))


def infinite(operation: str) -> Iterator[Case]:
    """Yield maps in which infinities are the largest, or the smallest, of their windows."""
    sign = 1.0 if operation.startswith("max") else -1.0
    calls: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("wins", np.inf, {}),
        ("loses", -np.inf, {}),
        ("wins-padded", np.inf, {"size": 3, "stride": 2, "padding": 1}),
        ("loses-padded", -np.inf, {"size": 2, "padding": 1}),
        ("loses-cut", -np.inf, {"size": 3, "ceil_mode": True}),
    )
    for name, value, options in calls:
        maps = distinct(f"{operation}/{name}", 5, 6, 2)
        maps[0, 0, 0] = maps[3, 4, 1] = sign * value
        yield of_maps(operation, f"infinity-{name}", maps, **options)


@requirement("POOLGRAD-20")
@each_group({operation: [*infinite(operation)] for operation in SELECTING})
def test_infinities_are_elements_like_others(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOLGRAD-21")
@each_group(
    {
        f"{operation}-{name}": [
            of_maps(
                operation,
                f"scale-{name}-{named(shape, {})}-{exponent}",
                2.0**exponent * (distinct(f"{name}-{shape}", *shape) + level),
            )
            for shape in ((4, 6, 2), (2, 4, 4, 3))
            for exponent in (-100, -20, 0, 20, 100)
        ]
        for operation in SELECTING
        for name, level in (("below-zero", -1000.0), ("above-zero", 1000.0), ("around-zero", 0.5))
    }
)
def test_elements_of_any_sign_and_size(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)
