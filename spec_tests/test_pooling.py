"""max_pool2d, min_pool2d and avg_pool2d: the pooling layers."""

from dataclasses import replace
from itertools import product
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
from cnnspec.operations.pooling.cases import pool_case
from cnnspec.operations.pooling.combinations import COMBINATIONS, OPTIONS
from cnnspec.operations.pooling.exact import pool_windows
from cnnspec.operations.pooling.window_places import Along, along_axes
from cnnspec.operations.registry import POOLINGS

Array = NDArray[Any]

SELECTING = ("max_pool2d", "min_pool2d")


def pools(
    shapes: list[tuple[tuple[int, ...], dict[str, Any]]], operations: tuple[str, ...] = POOLINGS
) -> list[Case]:
    """Return a case for every operation on maps of every shape, with its options."""
    found = []
    for operation, (maps, options) in product(operations, shapes):
        name = "x".join(map(str, maps)) + "".join(f"-{k}-{short(v)}" for k, v in options.items())
        found.append(pool_case(operation, name, maps, **options))
    return found


def short(value: Any) -> str:
    """Return an option as it stands in ids: a pair as 2.3."""
    return ".".join(map(str, value)) if isinstance(value, tuple) else str(value)


def with_maps(
    name: str, maps: Array, operations: tuple[str, ...] = POOLINGS, **options: Any
) -> list[Case]:
    """Return a case for every operation on the given maps."""
    return [
        Case(f"{operation}/{name}", operation, {"maps": maps, **options})
        for operation in operations
    ]


# --- what they compute -----------------------------------------------------------------------


@requirement("POOL-01")
@by_hand("POOL-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


SQUARE_WINDOWS = pools(
    [
        ((4, 4, 1), {"size": 2, "stride": 2}),
        ((4, 6, 2), {"size": 2, "stride": 2}),
        ((6, 4, 3), {"size": 2, "stride": 2}),
        ((8, 12, 2), {"size": 4, "stride": 4}),
        ((3, 4, 2), {"size": 1, "stride": 1}),
    ]
)


@requirement("POOL-01")
@each(SQUARE_WINDOWS)
def test_every_window(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-01")
@each(SQUARE_WINDOWS)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    def filtered() -> Array:
        maps, size = case.arguments["maps"], case.arguments["size"]
        filters = {
            "max_pool2d": scipy.ndimage.maximum_filter,
            "min_pool2d": scipy.ndimage.minimum_filter,
            "avg_pool2d": scipy.ndimage.uniform_filter,
        }
        found = filters[case.operation](maps, size=(size, size, 1))
        centre = size // 2  # of the first window, as ndimage counts it
        return np.asarray(found[centre::size, centre::size])

    judge.equals(case, filtered)


@requirement("POOL-02")
@by_hand("POOL-02")
def test_size_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-02")
@each(
    pools(
        [
            ((2, 2, 1), {"size": 2, "stride": 2}),
            ((5, 5, 1), {"size": 2, "stride": 2}),
            ((3, 3, 2), {"size": 2, "stride": 2}),
            ((5, 8, 2), {"size": 2, "stride": 2}),
            ((8, 5, 3), {"size": 2, "stride": 2}),
            ((2, 7, 1), {"size": 2, "stride": 2}),
            ((7, 3, 2), {"size": 2, "stride": 2}),
            ((26, 26, 2), {"size": 2, "stride": 2}),
            ((4, 4, 2), {"size": 4, "stride": 4}),
            ((7, 5, 1), {"size": 4, "stride": 4}),
        ]
    )
)
def test_windows_that_do_not_fit_are_dropped(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-03")
@by_hand("POOL-03")
def test_overlapping_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-03")
@each(
    pools(
        [
            ((5, 6, 2), {"size": 2, "stride": 1}),
            ((7, 7, 1), {"size": 3, "stride": 1}),
            ((7, 8, 2), {"size": 3, "stride": 2}),
            ((8, 7, 2), {"size": 2, "stride": 3}),
            ((9, 10, 1), {"size": 4, "stride": 2}),
            ((10, 9, 3), {"size": 4, "stride": 3}),
            ((6, 9, 2), {"size": 3, "stride": 3}),
            ((7, 6, 2), {"size": 1, "stride": 2}),
            ((5, 5, 1), {"size": 1, "stride": 4}),
            ((11, 9, 2), {"size": 5, "stride": 2}),
            ((6, 7, 1), {"size": 2, "stride": 5}),
            ((4, 5, 2), {"size": 4, "stride": 7}),
        ]
    )
)
def test_windows_start_every_stride(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-04")
@each(
    pools(
        [
            ((5, 6, 2), {}),
            ((4, 4, 1), {}),
            ((7, 9, 2), {"size": 3}),
            ((9, 8, 1), {"size": 4}),
            ((4, 5, 2), {"size": 1}),
            ((7, 9, 3), {"size": 3, "stride": None}),
            ((5, 7, 2), {"stride": 1}),
            ((7, 6, 1), {"stride": 3}),
        ]
    )
)
def test_defaults(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-04")
@each(
    replace(case, may_refuse=True)
    for case in pools(
        [((6, 7, 2), {"size": 3, "stride": 1}), ((8, 9, 1), {"size": 2, "stride": 3})]
    )
)
def test_size_and_stride_by_position(judge: Judge, case: Case) -> None:
    judge.correct(case, by_position=True)


@requirement("POOL-05")
@by_hand("POOL-05")
def test_maps_apart_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


#: Of rows and columns that NumPy counted.
NUMPY_OPTIONS = [
    replace(case, id=f"{case.id}-{kind.__name__}")
    for kind in (np.int64, np.int32)
    for case in pools(
        [
            ((5, 6, 2), {"size": kind(2)}),
            ((7, 8, 1), {"size": 3, "stride": kind(2)}),
            ((2, 6, 5, 1), {"size": kind(3), "stride": kind(1)}),
        ]
    )
]


@requirement("POOL-04")
@each(replace(case, may_refuse=True) for case in NUMPY_OPTIONS)
def test_sizes_and_strides_as_numpy_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-28")
@each(NUMPY_OPTIONS)
def test_numpy_integers_are_accepted_as_sizes_and_strides(judge: Judge, case: Case) -> None:
    judge.correct(case)


LEVELS = np.array([0.0, 1000.0, -1000.0, 500.0, -7.0])


@requirement("POOL-05")
@each(
    case
    for count in (1, 2, 3, 5)
    for case in with_maps(
        f"levels-{count}", integers("levels", 4, 6, count) + LEVELS[:count], size=2
    )
)
def test_maps_do_not_mix(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-05")
@each(pools([((2, 2, 2), {}), ((3, 3, 3), {}), ((4, 4, 4), {}), ((5, 4, 4), {}), ((4, 5, 8), {})]))
def test_as_many_maps_as_rows(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-06")
@by_hand("POOL-06")
def test_negative_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-06")
@each(
    [
        case
        for sign, word in ((1.0, "positive"), (-1.0, "negative"))
        for scale, size in (
            (1.0, "units"),
            (2.0**20, "millions"),
            (2.0**100, "huge"),
            (2.0**-100, "tiny"),
        )
        for case in with_maps(
            f"{word}-{size}", sign * scale * (1 + abs(integers(f"{word}-{size}", 5, 7, 2))), size=2
        )
    ]
)
def test_signs_and_sizes(judge: Judge, case: Case) -> None:
    judge.correct(case)


def with_dark(name: str, maps: Array, dark: tuple[slice, slice], **options: Any) -> list[Case]:
    """Return a case for every operation on maps of which a part is zero."""
    maps = maps.copy()
    maps[..., *dark, :] = 0.0
    return with_maps(f"dark-{name}", maps, **options)


@requirement("POOL-06")
@each(
    [
        *with_dark("columns", integers("dark", 4, 9, 2) - 20, np.s_[:, :4], size=2),
        *with_dark("last-columns", integers("dark-last", 5, 9, 2) + 20, np.s_[:, 4:], size=2),
        *with_dark("rows", integers("dark-rows", 9, 4, 1) - 20, np.s_[3:8, :], size=3, stride=1),
        *with_dark("batch", integers("dark-batch", 3, 6, 4, 2) + 20, np.s_[2:4, :], size=2),
        *with_maps("one-map-dark", integers("one-dark", 4, 6, 3) * np.array([1.0, 0, 1]), size=2),
        *with_maps("all-dark", np.zeros((2, 4, 6, 2)), size=2),
        *with_maps(
            "equal-windows",
            np.kron(integers("equal-windows", 3, 4, 2), np.ones((2, 2, 1))),
            size=2,
        ),
        *with_maps(
            "equal-windows-of-a-batch",
            np.kron(integers("equal-batch", 2, 2, 3, 1), np.ones((1, 3, 3, 1))),
            size=3,
        ),
        *with_maps("equal-maps", np.repeat(integers("equal-maps", 5, 6, 1), 3, axis=-1), size=3),
    ]
)
def test_windows_of_zeros_and_of_equal_elements(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-06")
@each(
    case.cast(dtype)
    for dtype, largest in (("float64", 1.7e308), ("float32", 3.3e38), ("float16", 65000.0))
    for shape in ((2, 2, 1), (2, 3, 4, 2))
    for case in with_maps("nearly-lowest", np.full(shape, -largest), ("max_pool2d",), size=2)
    + with_maps("nearly-highest", np.full(shape, largest), ("min_pool2d",), size=2)
)
def test_nearly_the_largest_number(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-07")
@each(
    pools(
        [
            ((1, 4, 6, 2), {"size": 2, "stride": 2}),
            ((2, 6, 5, 3), {"size": 2, "stride": 2}),
            ((3, 4, 4, 2), {"size": 2, "stride": 2}),
            ((3, 3, 3, 3), {"size": 2, "stride": 1}),
            ((5, 5, 7, 1), {"size": 4, "stride": 1}),
            ((4, 7, 6, 2), {}),
            ((17, 2, 3, 2), {"size": 2}),
            ((40, 2, 2, 1), {"size": 2}),
        ]
    )
)
def test_images_of_a_batch_are_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


LARGE = pools(
    [
        ((17, 18, 2), {"size": 2}),
        ((34, 35, 1), {"size": 2}),
        ((35, 66, 2), {"size": 2}),
        ((67, 34, 1), {"size": 2}),
        ((131, 6, 1), {"size": 2}),
        ((4, 132, 2), {"size": 2}),
        ((262, 3, 1), {"size": 2}),
        ((3, 523, 1), {"size": 2}),
        ((1031, 2, 1), {"size": 2}),
        ((5, 4, 16), {"size": 2}),
        ((4, 5, 17), {"size": 2}),
        ((4, 4, 33), {"size": 2}),
        ((3, 4, 65), {"size": 2}),
        ((2, 2, 130), {"size": 2}),
        ((2, 3, 260), {"size": 2}),
        ((2, 2, 530), {"size": 2}),
        ((130, 2, 2, 1), {"size": 2}),
        ((12, 23, 1), {"size": 2, "stride": 10}),
        ((35, 38, 2), {"size": 4, "stride": 3}),
        ((36, 20, 1), {"size": 8, "stride": 8}),
        ((40, 35, 1), {"size": 16, "stride": 5}),
        ((13, 20, 1), {"size": 6}),
        ((15, 22, 2), {"size": 7}),
        ((16, 12, 1), {"size": 7, "stride": 2}),
        ((3, 2, 261), {"size": 2, "stride": 1}),
        ((261, 2, 3, 1), {"size": 2, "stride": 1}),
        ((2, 262, 1), {"size": 2, "stride": 1}),
        ((259, 258, 1), {"size": 2, "stride": 1}),
    ]
)


def around(size: int) -> dict[str, Case]:
    """Return poolings of maps with one dimension of the given size; the others are small."""
    shapes: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
        "rows": ((size, 3, 1), {}),
        "columns": ((2, size, 2), {}),
        "maps": ((2, 3, size), {}),
        "images": ((size, 2, 2, 1), {}),
        "rows-overlapping": ((size, 2, 1), {"size": 2, "stride": 1}),
        "columns-3-2": ((3, size, 1), {"size": 3, "stride": 2}),
    }
    return {
        f"{case.operation}-{name}": case
        for name, shape in shapes.items()
        for case in pools([shape])
    }


#: Every dimension in each of the sizes around those of tiles, in float64 and float32.
AROUND_TILES = with_float32_by_name([around(size) for size in TILES])


def in_full_blocks(size: int) -> dict[str, Case]:
    """Return poolings of which one dimension is exactly of the given size."""
    shapes: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
        "rows": ((2 * size, 2, 1), {}),
        "columns": ((2, 2 * size, 1), {}),
        "rows-overlapping": ((size + 1, 2, 1), {"size": 2, "stride": 1}),
        "columns-overlapping": ((3, size + 2, 1), {"size": 3, "stride": 1}),
        "rows-3-2": ((2 * size + 1, 3, 1), {"size": 3, "stride": 2}),
        "columns-of-a-batch": ((2, 2, 2 * size, 1), {}),
        "maps": ((2, 3, size), {}),
        "maps-of-a-batch": ((2, 2, 2, size), {}),
        "images": ((size, 2, 2, 1), {}),
        "images-overlapping": ((size, 2, 3, 1), {"size": 2, "stride": 1}),
    }
    return {
        f"{case.operation}-{name}": replace(case, id=f"{case.id}-full-{name}")
        for name, shape in shapes.items()
        for case in pools([shape])
    }


#: Every dimension in sizes that blocks fill exactly, in float64 and float32.
IN_FULL_BLOCKS = with_float32_by_name([in_full_blocks(size) for size in FULL_BLOCKS])


@requirement("POOL-08")
@each_group(IN_FULL_BLOCKS)
def test_sizes_that_blocks_fill(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


#: The sizes of real layers, each large in one dimension only.
REAL_LAYERS = pools(
    [
        # windows of 3x3 with stride 2
        ((35, 5, 2), {"size": 3, "stride": 2}),
        ((5, 37, 2), {"size": 3, "stride": 2}),
        ((2, 36, 5, 2), {"size": 3, "stride": 2}),
        ((3, 5, 67, 1), {"size": 3, "stride": 2}),
        ((3, 113, 1), {"size": 3, "stride": 2}),
        ((113, 3, 1), {"size": 3, "stride": 2}),
        # one window for each map of a batch
        ((3, 7, 7, 20), {"size": 7}),
        ((9, 7, 7, 5), {"size": 7}),
        ((2, 7, 7, 35), {"size": 7}),
        ((2, 8, 8, 17), {"size": 8}),
        # many maps in a batch
        ((2, 4, 4, 17), {"size": 2}),
        ((3, 2, 2, 33), {"size": 2}),
        ((2, 3, 3, 35), {"size": 2, "stride": 1}),
        ((3, 2, 2, 70), {"size": 2}),
        ((2, 2, 2, 130), {"size": 2}),
        ((2, 2, 3, 131), {"size": 2, "stride": 1}),
        ((2, 2, 2, 260), {"size": 2}),
        # many images
        ((133, 3, 3, 1), {"size": 3, "stride": 2}),
        ((260, 2, 2, 2), {"size": 2}),
    ]
)

#: Beyond counters of 15 bits, and of 16.
BEYOND_COUNTERS = pools(
    [
        ((2, 32_771, 1), {"size": 2, "stride": 1}),
        ((32_771, 2, 1), {"size": 2, "stride": 1}),
        ((1, 32_780, 1), {"size": 1}),
        ((32_780, 1, 1), {"size": 1}),
    ]
) + pools([((1, 65_539, 1), {"size": 1})], ("max_pool2d",))


@requirement("POOL-08")
@each_group(with_float32(REAL_LAYERS))
def test_sizes_of_real_layers(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-08")
@each(BEYOND_COUNTERS)
def test_sizes_beyond_counters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-08")
@each_group(with_float32(LARGE))
def test_large_shapes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-08")
@each_group(AROUND_TILES)
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def all_binary_windows(size: int) -> Array:
    """Return one map in which every window of zeros and ones occurs, side by side."""
    area = size * size
    codes = np.arange(2**area)
    windows = (codes[:, np.newaxis] >> np.arange(area)) & 1
    rows = 2 ** (area // 2)
    tiles = windows.reshape(rows, -1, size, size).swapaxes(1, 2)
    return tiles.reshape(rows * size, -1).astype(np.float64)


@requirement("POOL-09")
@each(
    case
    for size in (2, 3)
    for low, high in ((-2, -1), (-1, 0), (0, 1), (-3, 2))
    for case in with_maps(
        f"binary-{size}x{size}-{low}-{high}",
        (low + (high - low) * all_binary_windows(size))[..., np.newaxis],
        SELECTING,
        size=size,
    )
)
def test_all_windows_of_two_values(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-09")
@each(
    Case(
        f"{operation}/order-{turn}",
        operation,
        {"maps": distinct(f"order-{turn}", 6, 9, 2) / 8, "size": 3, "stride": 1 + turn % 3},
    )
    for operation in SELECTING
    for turn in range(8)
)
def test_any_order_of_values(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-09")
@each(
    case
    for place in range(16)
    for case in with_maps(
        f"one-of-16-at-{place}", 64.0 * np.eye(16)[place].reshape(4, 4, 1), ("avg_pool2d",), size=4
    )
)
def test_every_place_weighs_the_same(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- relations -------------------------------------------------------------------------------

SEEDS = st.integers(0, 10**6).map(str)
EXTRA = st.integers(0, 2)


@requirement("POOL-10")
@pytest.mark.parametrize("operation", SELECTING)
@for_all(
    seed=SEEDS,
    size=st.integers(1, 3),
    stride=st.integers(1, 3),
    down=st.integers(0, 4),
    right=st.integers(0, 4),
)
def test_commutes_with_monotone_maps(
    judge: Judge, operation: str, seed: str, size: int, stride: int, down: int, right: int
) -> None:
    maps = integers(seed, size + down, size + right, 2)
    options = {"size": size, "stride": stride}
    name = f"{operation}/drawn-{seed}-{size}-{stride}-{down}-{right}"
    case = Case(name, operation, {"maps": maps, **options})
    cubed = replace(case, id=f"{name}-cubed", arguments={"maps": maps**3 + 5, **options})
    plain, got = judge.value(case), judge.value(cubed)
    none = np.zeros(plain.shape)
    judge.same(cubed, got, plain.astype(float) ** 3 + 5, none, "does not commute with x^3 + 5")
    for border in (-4.0, 0.0, 3.0):
        above = replace(
            case,
            id=f"{name}-above-{border:g}",
            arguments={"maps": (maps > border) * 1.0, **options},
        )
        wanted = (plain.astype(float) > border) * 1.0
        judge.same(above, judge.value(above), wanted, none, f"does not commute with x > {border:g}")


@requirement("POOL-10")
@for_all(seed=SEEDS, size=st.integers(1, 3), down=st.integers(0, 4), right=st.integers(0, 4))
def test_minimum_is_the_negative_maximum(
    judge: Judge, seed: str, size: int, down: int, right: int
) -> None:
    maps = integers(seed, size + down, size + right, 2)
    name = f"drawn-{seed}-{size}-{down}-{right}"
    largest = Case(f"max_pool2d/{name}", "max_pool2d", {"maps": -maps, "size": size})
    smallest = Case(f"min_pool2d/{name}", "min_pool2d", {"maps": maps, "size": size})
    expected, got = -judge.correct(largest).astype(float), judge.value(smallest)
    judge.same(smallest, got, expected, np.zeros(got.shape), "not the negative maximum of -x")


@requirement("POOL-10")
@for_all(seed=SEEDS, size=st.sampled_from([1, 2, 4]), down=st.integers(0, 4), stride=EXTRA)
def test_mean_is_linear(judge: Judge, seed: str, size: int, down: int, stride: int) -> None:
    maps, other = (integers(f"{seed}-{name}", size + down, size + 2, 2) for name in ("x", "y"))
    options = {"size": size, "stride": stride + 1}
    name = f"avg_pool2d/drawn-{seed}-{size}-{down}-{stride}"
    first, second, both = (
        Case(f"{name}-{part}", "avg_pool2d", {"maps": values, **options})
        for part, values in (("x", maps), ("y", other), ("x-2y", maps - 2 * other))
    )
    got = judge.value(both)
    expected = judge.value(first).astype(float) - 2.0 * judge.value(second)
    judge.same(both, got, expected, judge.allowed(both, got), "not linear in the maps")


# --- numbers ---------------------------------------------------------------------------------


@requirement("POOL-11")
@each(
    Case(
        f"avg_pool2d/real-{spread}-{size}-{stride}",
        "avg_pool2d",
        {
            "maps": reals(f"avg-{spread}-{size}", 7, 8, 2, spread=spread),
            "size": size,
            "stride": stride,
        },
    )
    for spread in SPREADS
    for size, stride in ((2, 2), (3, 3), (3, 1), (5, 2))
)
def test_average_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-11")
@each(
    Case(
        f"avg_pool2d/real-{spread}-{'x'.join(map(str, shape))}-{size}",
        "avg_pool2d",
        {
            "maps": reals(f"large-{spread}-{shape}", *shape, spread=spread),
            "size": size,
            "stride": 1,
        },
    )
    for spread in SPREADS
    for shape, size in (((7, 8, 2), 6), ((2, 7, 7, 3), 7), ((9, 8, 2), 8), ((12, 13, 1), 12))
)
def test_average_over_large_windows(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-11")
@each(
    case
    for size in (3, 5, 6)
    for case in with_maps(
        f"thirds-{size}", distinct(f"thirds-{size}", 8, 7, 2), ("avg_pool2d",), size=size, stride=1
    )
)
def test_average_over_any_area(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-12")
@each(
    Case(
        f"{operation}/real-{spread}",
        operation,
        {"maps": reals(f"select-{spread}", 6, 7, 2, spread=spread), "size": 2},
    )
    for operation in SELECTING
    for spread in SPREADS
)
def test_selected_values_are_not_rounded(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: Neighbours that are equal in the next narrower dtype.
NEIGHBOURS = {
    "float64": ((2.0**24, 2.0**24 + 1), (1.0, 1 + 1e-8), (-1 - 1e-8, -1.0), (0.1, 0.1 + 2.0**-50)),
    "float32": (
        (2048.0, 2049.0),
        (1.0, 1 + 2.0**-12),
        (-1 - 2.0**-12, -1.0),
        (0.5, 0.5 + 2.0**-14),
    ),
}


def near_ties(dtype: str, *, best_first: bool) -> list[Case]:
    """Return windows of two neighbours, the one to be selected first or last of all."""
    found = []
    for operation in SELECTING:
        pairs = (
            NEIGHBOURS[dtype] if operation == "max_pool2d" else [p[::-1] for p in NEIGHBOURS[dtype]]
        )
        order = (1, 0, 0, 0) if best_first else (0, 0, 0, 1)
        windows = np.array([[pair[place] for place in order] for pair in pairs])
        maps = windows.reshape(-1, 2, 2).swapaxes(0, 1).reshape(2, -1, 1)
        name = f"{operation}/near-ties-{dtype}-{'first' if best_first else 'last'}"
        case = Case(name, operation, {"maps": maps, "size": 2})
        batch = {"maps": np.stack([maps, maps[:, ::-1]]), "size": 2, "stride": 1}
        found += [case, replace(case, id=f"{name}-batch", arguments=batch)]
    return [case.cast(dtype) for case in found]


@requirement("POOL-12")
@each(
    case
    for dtype in NEIGHBOURS
    for best_first in (False, True)
    for case in near_ties(dtype, best_first=best_first)
)
def test_neighbours_are_told_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


def beyond_vectors(operation: str, dtype: str) -> list[Case]:
    """Return maps over the range of a dtype, with more columns, rows and maps than vectors have."""
    low, high = RANGES[dtype]
    found = []
    for shape, options in (
        ((2, 140, 1), {}),
        ((3, 69, 2), {"size": 2, "stride": 1}),
        ((2, 2, 70, 1), {"size": 2}),
        ((140, 2, 1), {}),
        ((2, 3, 70), {}),
        ((70, 2, 2, 1), {}),
    ):
        name = f"{operation}/wide-{dtype}-{'x'.join(map(str, shape))}"
        maps = integers(name, *shape, low=low, high=high).astype(dtype)
        found.append(Case(name, operation, {"maps": maps, **options}))
    return found


@requirement("POOL-12")
@pytest.mark.parametrize("operation", POOLINGS)
def test_float16_beyond_vectors(judge: Judge, operation: str) -> None:
    cases = beyond_vectors(operation, "float16")
    judge.in_turn(judge.correct, [replace(case, dtype="float16") for case in cases])


@requirement("POOL-12")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    case
    for operation in POOLINGS
    for case in (
        Case(f"{operation}/typed", operation, {"maps": integers("typed", 6, 5, 2), "size": 2}),
        Case(f"{operation}/typed-real", operation, {"maps": reals("typed", 5, 6, 2), "size": 2}),
        Case(
            f"{operation}/typed-options",
            operation,
            {"maps": reals("typed", 5, 6, 2), "size": 3, "stride": 1},
        ),
        Case(f"{operation}/typed-batch", operation, {"maps": reals("typed", 2, 5, 6, 2)}),
    )
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("POOL-13")
@each(
    replace(case, may_refuse=True)
    for dtype, low, high in (("uint8", 0, 255), ("int8", -128, 127), ("int64", -999, 999))
    for case in with_maps(
        f"{dtype}-maps",
        integers(dtype, 4, 6, 2, low=low, high=high).astype(dtype),
        SELECTING,
        size=2,
    )
)
def test_integer_maps(judge: Judge, case: Case) -> None:
    judge.correct(case)


WIDE_INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32")


@requirement("POOL-13")
@pytest.mark.parametrize("dtype", WIDE_INTEGERS)
@pytest.mark.parametrize("operation", SELECTING)
def test_integers_beyond_vectors(judge: Judge, operation: str, dtype: str) -> None:
    cases = [replace(case, may_refuse=True) for case in beyond_vectors(operation, dtype)]
    judge.in_turn(judge.correct, cases)


@requirement("POOL-13")
@each(
    Case(
        f"{operation}/near-ties-{dtype}",
        operation,
        {"maps": (2**24 + integers("near-ties", 4, 6, 2, low=0, high=3)).astype(dtype)},
        may_refuse=True,
    )
    for operation in SELECTING
    for dtype in ("int32", "uint32", "int64")
)
def test_neighbouring_integers_are_told_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-14")
@each(
    with_maps("all-minus-infinity", np.full((2, 4, 1), -np.inf), ("max_pool2d",))
    + with_maps("all-infinity", np.full((4, 2, 1), np.inf), ("min_pool2d",))
    + with_maps("one-infinity", np.where(np.eye(4) > 0, np.inf, 1.0)[..., np.newaxis], SELECTING)
    + with_maps(
        "one-minus-infinity", np.where(np.eye(4) > 0, -np.inf, 1.0)[..., np.newaxis], SELECTING
    )
)
def test_infinities(judge: Judge, case: Case) -> None:
    judge.correct(case)


def half_infinite(worst: float, *shape: int) -> Array:
    """Return maps whose first four columns are the infinity that no window should select."""
    columns = np.arange(shape[-2])[:, np.newaxis]
    return np.where(columns < 4, worst, integers("beside-infinity", *shape))


@requirement("POOL-14")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each(
    case
    for operation, worst in (("max_pool2d", -np.inf), ("min_pool2d", np.inf))
    for name, shape, options in (
        ("windows", (4, 8, 2), {}),
        ("overlapping", (5, 9, 1), {"size": 3, "stride": 1}),
        ("of-a-batch", (3, 2, 6, 2), {"size": 2}),
    )
    for case in with_maps(f"infinite-{name}", half_infinite(worst, *shape), (operation,), **options)
)
def test_windows_of_nothing_but_infinity(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


def spoilt_case(value: float, place: tuple[int, ...], clean: Case) -> Case:
    """Return a clean case with another value at one place."""
    maps = clean.arguments["maps"].copy()
    maps[place] = value
    return replace(
        clean,
        id=f"{clean.id}-{value}-at-{'.'.join(map(str, place))}",
        arguments={**clean.arguments, "maps": maps},
        may_refuse=True,
    )


@requirement("POOL-27")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    ("shape", "place", "options"),
    [
        ((6, 7, 2), (0, 0, 0), {"size": 2}),
        ((6, 7, 2), (2, 3, 1), {"size": 2, "stride": 1}),
        ((7, 8, 1), (1, 2, 0), {"size": 3, "stride": 2}),
        ((3, 4, 6, 2), (1, 0, 1, 0), {"size": 2}),
        ((2, 7, 7, 3), (0, 3, 3, 1), {"size": 7}),
    ],
    ids=["first", "overlapping", "stride-2", "batch", "batch-of-single-windows"],
)
@pytest.mark.parametrize("operation", POOLINGS)
def test_one_element_spoils_its_own_windows_only(
    judge: Judge,
    operation: str,
    shape: tuple[int, ...],
    place: tuple[int, ...],
    options: dict[str, Any],
    value: float,
) -> None:
    clean = pool_case(operation, f"clean-{'x'.join(map(str, shape))}", shape, **options)
    spoilt = spoilt_case(value, place, clean)
    size, stride = options["size"], options.get("stride")
    windows = pool_windows(spoilt.arguments["maps"], size, stride)
    reached: Array = np.any(~np.isfinite(windows), axis=(-2, -1))
    # Running sums carry it on to windows behind it.
    is_spread = operation == "avg_pool2d" and judge.implementation.accuracy == "normwise"
    got = judge.correct_beside(spoilt, clean, np.full_like(reached, True) if is_spread else reached)
    if operation == "avg_pool2d":
        held = not np.isfinite(got[reached]).any()
        judge.holds(spoilt, held, f"the mean of a window that holds {value} is finite", got)


# --- everything together ----------------------------------------------------------------------

SHAPES = {
    "maps": (7, 9, 2),
    "maps-tall": (10, 8, 3),
    "batch": (3, 8, 7, 2),
    "batch-wide": (2, 7, 10, 1),
}

#: Ranges of whole numbers that each dtype holds; sums of 25 of the floats are exact.
RANGES = {
    "float64": (-900, 900),
    "float32": (-900, 900),
    "float16": (-40, 40),
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "int16": (-32768, 32767),
    "int32": (-(2**30), 2**30),
    "int64": (-(2**31) + 1, 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**40),
    "bool": (0, 1),
}


def combinations(operation: str, shape: str, name: str, maps: Array) -> list[Case]:
    """Return a pooling for every size and stride."""
    found = []
    for size, stride in product((1, 2, 3, 4, 5), (None, 1, 2, 3, 5, 9)):
        identity = f"{operation}/all-{shape}-{name}-{size}-{stride}"
        options = {"size": size, "stride": stride}
        found.append(Case(identity, operation, {"maps": maps, **options}))
    return found


def whole_numbers(judge: Judge, operation: str, shape: str, dtype: str) -> None:
    """Judge every combination on maps of whole numbers over the range of a dtype."""
    low, high = RANGES[dtype]
    maps = integers(f"all-{shape}-{dtype}", *SHAPES[shape], low=low, high=high).astype(dtype)
    cases = combinations(operation, shape, dtype, maps)
    if maps.dtype.kind == "f":
        cases = [replace(case, dtype=dtype) for case in cases]
    else:
        cases = [replace(case, may_refuse=True) for case in cases]
    judge.in_turn(judge.correct, cases)


FLOATS = ("float64", "float32", "float16")


#: Shapes for combinations with further dtypes, fewer because there are many of these.
ONE_OF_EACH_RANK = ("maps", "batch")


@requirement("POOL-25")
@pytest.mark.parametrize(
    ("operation", "dtype", "shape"),
    [
        *product(POOLINGS, FLOATS, SHAPES),
        *product(SELECTING, [dtype for dtype in RANGES if dtype not in FLOATS], ONE_OF_EACH_RANK),
    ],
)
def test_every_combination(judge: Judge, operation: str, shape: str, dtype: str) -> None:
    whole_numbers(judge, operation, shape, dtype)


@requirement("POOL-26")
@pytest.mark.parametrize("dtype", [dtype for dtype in RANGES if dtype not in FLOATS])
@pytest.mark.parametrize("shape", ["maps", "batch"])
def test_means_of_integers(judge: Judge, shape: str, dtype: str) -> None:
    whole_numbers(judge, "avg_pool2d", shape, dtype)


@requirement("POOL-26")
@pytest.mark.parametrize("dtype", WIDE_INTEGERS)
def test_means_of_integers_beyond_vectors(judge: Judge, dtype: str) -> None:
    cases = [replace(case, may_refuse=True) for case in beyond_vectors("avg_pool2d", dtype)]
    judge.in_turn(judge.correct, cases)


@requirement("POOL-26")
@each(
    replace(case, may_refuse=True)
    for dtype in ("uint8", "int8", "uint16", "int16")
    for case in with_maps(
        f"large-windows-of-{dtype}",
        np.full((20, 19, 2), np.iinfo(dtype).max, dtype),
        ("avg_pool2d",),
        size=18,
    )
)
def test_means_of_many_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-25")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("shape", ONE_OF_EACH_RANK)
@pytest.mark.parametrize("operation", POOLINGS)
def test_every_combination_of_real_numbers(
    judge: Judge, operation: str, shape: str, dtype: str
) -> None:
    cases = combinations(operation, shape, "real", reals(f"all-{shape}", *SHAPES[shape]))
    judge.in_turn(judge.correct, [case.cast(dtype) for case in cases])


@requirement("POOL-25")
@pytest.mark.parametrize(
    ("operation", "group"),
    [
        (operation, group)
        for operation, group in product(POOLINGS, COMBINATIONS.groups)
        if operation != "avg_pool2d" or not group.startswith("int64")  # POOL-26 advises on these
    ],
)
def test_any_three_options_together(judge: Judge, operation: str, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, operation))


# --- hygiene ---------------------------------------------------------------------------------

HYGIENE = pools(
    [
        ((4, 6, 2), {}),
        ((5, 7, 1), {"size": 2, "stride": 1}),
        ((7, 5, 2), {"size": 3, "stride": 2}),
        ((3, 4, 2), {"size": 1}),
        ((3, 4, 5, 2), {"size": 2}),
    ]
)

HYGIENE += [
    Case(f"{operation}/hygiene-real", operation, {"maps": reals("hygiene", 8, 9, 5)})
    for operation in POOLINGS
]

SEQUENCES = {
    f"{operation}-{name}": [
        pool_case(operation, f"sequence-{name}-{turn}", shape, **options) for turn in range(3)
    ]
    for operation in POOLINGS
    for name, shape, options in (
        # of shapes that occur in no other test, so that nothing is remembered from there
        ("default", (4, 12, 2), {}),
        ("overlapping", (5, 11, 2), {"size": 2, "stride": 1}),
        ("batch", (2, 4, 11, 2), {}),
    )
}

SEQUENCES |= {
    f"{operation}-reshaped": [
        Case(
            f"{operation}/sequence-{rows}x{columns}",
            operation,
            {"maps": integers("reshaped", 112).reshape(rows, columns, 2)},
        )
        for rows, columns in ((4, 14), (14, 4), (8, 7))
    ]
    for operation in POOLINGS
}

STATES = {
    f"{operation}-{name}": run
    for operation in POOLINGS
    for name, run in {
        "options": with_options(
            pool_case(operation, "state", (6, 13, 2)),
            {},
            {"size": 3},
            {"stride": 1},
            {"size": 3, "stride": 2},
            {"size": 2, "stride": 3},
        ),
        "options-of-a-batch": with_options(
            pool_case(operation, "state", (2, 5, 9, 2)), {}, {"size": 3}, {"stride": 1}
        ),
        "same-bytes": same_bytes(pool_case(operation, "state-bytes", (4, 14, 2)), "maps"),
        "integers-first": whole_first(
            Case(f"{operation}/state", operation, {"maps": reals("state", 4, 15, 2)}), "maps"
        ),
        "narrow-first": widening(
            Case(f"{operation}/state", operation, {"maps": reals("state", 4, 16, 2)})
        ),
        "half-first": widening(
            Case(f"{operation}/state", operation, {"maps": reals("state", 4, 17, 2)}),
            *("float16", "float32", "float64"),
        ),
    }.items()
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = pools(
    [
        ((7, 31, 2), {}),
        ((8, 31, 1), {"size": 3}),
        ((5, 32, 3), {"stride": 1}),
        ((2, 6, 31, 2), {"size": 3, "stride": 2}),
        ((3, 31, 2), {"size": 1}),
    ]
)


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


@requirement("POOL-08")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("POOL-15")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("POOL-16")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("POOL-16")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("POOL-16")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("POOL-16")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("POOL-16")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("POOL-16")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("POOL-17")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("POOL-17")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(pool_case(operation, name, maps), "maps")
        for operation in POOLINGS
        for name, maps in (("many", (4, 5, 2)), ("many-batch", (2, 2, 4, 3)))
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("POOL-17")
@pytest.mark.parametrize("operation", POOLINGS)
def test_huge_results_stay(judge: Judge, operation: str) -> None:
    huge = [pool_case(operation, f"huge-{turn}", (130, 66, 8)) for turn in range(2)]
    judge.keeps_results(huge, times=1)


@requirement("POOL-18")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


INT16 = [
    Case(
        f"{operation}/hygiene-int16",
        operation,
        {"maps": distinct("int16", 5, 6, 2).astype("int16")},
    )
    for operation in POOLINGS
]


@requirement("POOL-18")
@each_layout([*HYGIENE, *INT16])
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("POOL-18")
@each_shared(pool_case(operation, "memory", (4, 6, 2)) for operation in POOLINGS)
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("POOL-19")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what they refuse ------------------------------------------------------------------------


def bad(*shapes: tuple[tuple[int, ...], dict[str, Any]]) -> list[Case]:
    return [replace(case, id=case.id.replace("/", "/bad-")) for case in pools(list(shapes))]


STRIDE_0 = bad(
    ((4, 4, 1), {"size": 2, "stride": 0}),
    ((2, 2, 2), {"size": 2, "stride": 0}),
    ((4, 5, 2), {"size": 1, "stride": 0}),
    ((5, 6, 1), {"size": 3, "stride": 0}),
    ((4, 4, 1), {"stride": 0}),
    ((2, 4, 4, 1), {"size": 2, "stride": 0}),
)

TOO_LARGE = bad(
    ((2, 2, 1), {"size": 3, "stride": 3}),
    ((1, 4, 2), {"size": 2, "stride": 2}),
    ((4, 1, 2), {"size": 2, "stride": 2}),
    ((2, 5, 1), {"size": 3, "stride": 1}),
    ((5, 2, 1), {"size": 3, "stride": 1}),
    ((3, 3, 2), {"size": 7, "stride": 2}),
    ((1, 1, 1), {}),
    ((2, 1, 3, 2), {"size": 2}),
    ((2, 3, 1, 2), {"size": 2}),
    ((1, 2, 1, 1), {"size": 2, "stride": 1}),
)


@requirement("POOL-20")
@each(STRIDE_0)
def test_stride_0_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("POOL-21")
@each(TOO_LARGE)
def test_windows_larger_than_the_map_give_nothing(judge: Judge, case: Case) -> None:
    judge.never_computes(case)


@requirement("POOL-16")
@pytest.mark.parametrize("refused", [STRIDE_0, TOO_LARGE], ids=["stride-0", "too-large"])
@pytest.mark.parametrize("operation", POOLINGS)
def test_refused_calls_leave_nothing_behind(
    judge: Judge, operation: str, refused: list[Case]
) -> None:
    bad_case = next(case for case in refused if case.operation == operation)
    firsts = [cases[0] for cases in SEQUENCES.values()]
    judge.recovers(bad_case, [case for case in firsts if case.operation == operation])


@requirement("POOL-22")
@each(TOO_LARGE)
def test_windows_larger_than_the_map_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


BELOW_1 = bad(
    ((4, 4, 1), {"size": 2, "stride": -1}),
    ((5, 6, 2), {"size": 3, "stride": -2}),
    ((4, 4, 2), {"size": 0, "stride": 1}),
    ((4, 4, 2), {"size": -1, "stride": 1}),
)


@requirement("POOL-23")
@each(BELOW_1)
def test_other_sizes_and_strides_below_1_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("POOL-24")
@each([*STRIDE_0, *TOO_LARGE, *BELOW_1])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("POOL-29")
@each(
    pool_case(operation, f"axes-{len(maps)}", maps)
    for operation in POOLINGS
    for maps in ((4, 6, 2), (2, 4, 6, 2))
)
def test_every_number_of_axes_is_computed_or_refused(judge: Judge, case: Case) -> None:
    judge.computes_or_refuses(case)


# --- options of each axis, padding, dilation, cut windows -------------------------------------


def groups(
    shapes: list[tuple[int, ...]],
    options: list[dict[str, Any]],
    operations: tuple[str, ...] = POOLINGS,
) -> dict[str, list[Case]]:
    """Return for each operation the poolings of all shapes with each of some sets of options."""
    return {
        operation: pools([(shape, one) for shape in shapes for one in options], (operation,))
        for operation in operations
    }


def as_real_numbers(cases: dict[str, list[Case]]) -> dict[str, list[Case]]:
    """Return the same calls on real numbers, also in narrower dtypes."""
    found: dict[str, list[Case]] = {}
    for operation, its in cases.items():
        real = [
            replace(
                case,
                id=f"{case.id}-real",
                arguments={
                    **case.arguments,
                    "maps": reals(case.id, *case.arguments["maps"].shape),
                },
            )
            for case in its
        ]
        found[operation] = real
        for dtype in ("float32", "float16"):
            found[f"{operation}-{dtype}"] = [case.cast(dtype) for case in real]
    return found


OBLONG_SIZES = [
    {"size": size, **stride}
    for size in ((1, 2), (2, 1), (3, 2), (2, 4), (1, 5), (4, 1))
    for stride in ({}, {"stride": None}, {"stride": 1}, {"stride": 2}, {"stride": 3})
]
UNEQUAL_STRIDES = [
    {**size, "stride": stride}
    for size in ({}, {"size": 1}, {"size": 2}, {"size": 3}, {"size": (2, 2)})
    for stride in ((1, 2), (2, 1), (1, 3), (3, 2), (2, 5), (4, 1), (2, 2))
]
BOTH_OBLONG = [
    {"size": size, "stride": stride}
    for size, stride in product(
        ((1, 2), (3, 2), (2, 4), (4, 1)), ((1, 2), (2, 1), (3, 1), (1, 4), (5, 2))
    )
]
OF_EACH_AXIS = [(7, 9, 2), (10, 6, 1), (2, 8, 7, 3)]


@requirement("POOL-30")
@by_hand("POOL-30")
def test_each_axis_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-30")
@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(cases, id=f"{name}-{operation}")
        for name, options in (
            ("sizes", OBLONG_SIZES),
            ("strides", UNEQUAL_STRIDES),
            ("both", BOTH_OBLONG),
        )
        for operation, cases in groups(OF_EACH_AXIS, options).items()
    ],
)
def test_rows_and_columns_apart(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def counted(options: list[dict[str, Any]], operation: str) -> list[dict[str, Any]]:
    """Return options that say of a mean what becomes of the padding: only then it is defined."""
    if operation != "avg_pool2d":
        return options
    return [
        {**one, "count_include_pad": flag} if one.get("padding") else one
        for one in options
        for flag in ((True, False) if one.get("padding") else (True,))
    ]


def padded_groups(
    shapes: list[tuple[int, ...]], options: list[dict[str, Any]]
) -> dict[str, list[Case]]:
    """Return the poolings of `groups`, means with and without the padding in their divisor."""
    return {
        operation: groups(shapes, counted(options, operation), (operation,))[operation]
        for operation in POOLINGS
    }


PADDED: list[dict[str, Any]] = [
    {**size, **stride, "padding": padding}
    for size, paddings in (
        ({}, (1,)),
        ({"size": 2}, (1,)),
        ({"size": 3}, (1,)),
        ({"size": 4}, (1, 2)),
        ({"size": 5}, (1, 2)),
    )
    for stride in ({}, {"stride": 1}, {"stride": 2}, {"stride": 3}, {"stride": 7})
    for padding in paddings
]
PADDED_UNEQUALLY: list[dict[str, Any]] = [
    {"size": size, **stride, "padding": padding}
    for size, padding in (
        (2, (1, 0)),
        (3, (0, 1)),
        (3, (1, 1)),
        (4, (2, 1)),
        (5, (1, 2)),
        (5, (2, 0)),
    )
    for stride in ({}, {"stride": 1}, {"stride": 2})
]
PADDED_OBLONG: list[dict[str, Any]] = [
    {"size": (2, 5), "padding": 1},
    {"size": (3, 4), "stride": (2, 1), "padding": (1, 2)},
    {"size": (1, 4), "stride": (1, 3), "padding": (0, 2)},
    {"size": (5, 2), "stride": 2, "padding": (2, 1)},
]
#: Maps that are smaller than the windows, but for the padding, among them.
UNDER_PADDING = [(5, 7, 2), (6, 4, 1), (3, 2, 2), (2, 4, 5, 3)]


@requirement("POOL-31")
@by_hand("POOL-31")
def test_padding_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


def that_fit(cases: dict[str, list[Case]]) -> dict[str, list[Case]]:
    """Return the calls that have windows, each with an element of the map."""
    return {
        name: fitting
        for name, its in cases.items()
        if (fitting := [case for case in its if all(map(has_windows, along_axes(case.arguments)))])
    }


def has_windows(along: Along) -> bool:
    fits = along.number > 0 and (along.ceil_mode or along.room >= 0)
    return fits and bool((along.inside() > 0).all())


PADDED_GROUPS = {
    f"{name}-{operation}": cases
    for name, options in (
        ("numbers", PADDED),
        ("pairs", PADDED_UNEQUALLY),
        ("oblong", PADDED_OBLONG),
    )
    for operation, cases in that_fit(padded_groups(UNDER_PADDING, options)).items()
}


@requirement("POOL-31")
@each_group(PADDED_GROUPS)
def test_windows_reach_into_the_padding(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-31")
@each_group(
    {
        f"{sign}-{operation}": [
            case
            for level in levels
            for options in counted(
                [{"size": 3, "stride": 1, "padding": 1}, {"size": 2, "padding": 1}], operation
            )
            for case in with_maps(
                f"padded-{sign}-{level:g}-" + "-".join(map(short, options.values())),
                level * (1 + abs(integers(f"padded-{sign}", 5, 6, 2))),
                (operation,),
                **options,
            )
        ]
        for operation in POOLINGS
        for sign, levels in (
            ("negative", (-(2.0**-100), -1.0, -300.0, -(2.0**20), -(2.0**100))),
            ("positive", (2.0**-100, 1.0, 300.0, 2.0**20, 2.0**100)),
        )
    }
    | {
        f"nearly-{worst}-{operation}-{dtype}": [
            case.cast(dtype)
            for case in with_maps(
                f"padded-nearly-{worst}",
                np.full((4, 5, 1), sign * largest),
                (operation,),
                size=3,
                stride=2,
                padding=1,
            )
        ]
        for operation, worst, sign in (("max_pool2d", "lowest", -1), ("min_pool2d", "highest", 1))
        for dtype, largest in (("float64", 1.7e308), ("float32", 3.3e38), ("float16", 65000.0))
    }
)
def test_the_padding_wins_over_nothing(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-31")
@each(
    case
    for operation in POOLINGS
    for maps in ((6, 7, 2), (4, 9, 1))
    for size in (3, 5)
    for case in pools([(maps, {"size": size, "stride": 1, "padding": size // 2})], (operation,))
)
def test_padding_agrees_with_scipy(judge: Judge, case: Case) -> None:
    def filtered() -> Array:
        maps, size = case.arguments["maps"], (case.arguments["size"],) * 2 + (1,)
        if case.operation == "max_pool2d":
            return np.asarray(
                scipy.ndimage.maximum_filter(maps, size, mode="constant", cval=-np.inf)
            )
        if case.operation == "min_pool2d":
            return np.asarray(
                scipy.ndimage.minimum_filter(maps, size, mode="constant", cval=np.inf)
            )
        return np.asarray(scipy.ndimage.uniform_filter(maps, size, mode="constant"))

    if case.operation == "avg_pool2d":
        case = replace(case, arguments={**case.arguments, "count_include_pad": True})
    judge.equals(case, filtered)


def padded_around(size: int) -> dict[str, list[Case]]:
    """Return poolings with a padding, of maps with one dimension of the given size."""
    wide = {"size": 3, "stride": 2, "padding": 1}
    close = {"size": 3, "stride": 1, "padding": 1}
    return padded_groups([(size, 3, 1), (3, size, 2)], [wide, close]) | {
        f"{operation}-maps": cases
        for operation, cases in padded_groups([(3, 2, size), (size, 3, 2, 1)], [wide]).items()
    }


@requirement("POOL-31")
@each_group(
    {
        name: [case for size in (*TILES, 24, 128) for case in padded_around(size)[name]]
        for name in padded_around(4)
    }
)
def test_padding_at_the_sizes_of_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-31")
@each_group(
    padded_groups(
        [(20, 23, 1), (2, 17, 16, 2)],
        [
            {"size": 7, "stride": 2, "padding": 3},
            {"size": 15, "stride": 3, "padding": 7},
            {"size": 16, "stride": 5, "padding": 8},
            {"size": (15, 3), "stride": 1, "padding": (7, 1)},
            {"size": (2, 20), "stride": 2, "padding": (1, 9)},
        ],
    )
)
def test_wide_paddings(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


DILATED = [
    {**size, **stride, "dilation": dilation}
    for size in ({}, {"size": 2}, {"size": 3}, {"size": 1}, {"size": (2, 3)})
    for stride in ({}, {"stride": 1}, {"stride": 2}, {"stride": 3})
    for dilation in (2, 3)
]
DILATED_UNEQUALLY = [
    {"size": size, **stride, "dilation": dilation}
    for size in (2, 3, (3, 2))
    for stride in ({}, {"stride": 1}, {"stride": (2, 1)})
    for dilation in ((1, 2), (2, 1), (3, 2), (1, 4))
]
DILATED_AND_PADDED = [
    {"size": size, "stride": stride, "dilation": dilation, "padding": padding}
    for size, padding in ((2, 1), (3, 1), (4, 2), (5, (1, 2)))
    for stride in (1, 2, 3)
    for dilation in (2, (1, 2), (2, 1), 3)
]


@requirement("POOL-32")
@by_hand("POOL-32")
def test_dilation_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-32")
@each_group(
    {
        f"{name}-{operation}": cases
        for name, options in (
            ("numbers", DILATED),
            ("pairs", DILATED_UNEQUALLY),
            ("padded", DILATED_AND_PADDED),
        )
        for operation, cases in that_fit(
            groups([(9, 11, 2), (2, 10, 8, 1)], options, SELECTING)
        ).items()
    }
)
def test_elements_are_dilation_apart(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-32")
@each(
    pools(
        [
            ((8, 9, 2), {"size": 3, "stride": 1, "dilation": 2}),
            ((7, 10, 1), {"size": 3, "stride": 1, "dilation": 3}),
        ],
        SELECTING,
    )
)
def test_dilation_agrees_with_scipy(judge: Judge, case: Case) -> None:
    def filtered() -> Array:
        maps, dilation = case.arguments["maps"], case.arguments["dilation"]
        footprint = np.zeros((2 * dilation + 1, 2 * dilation + 1, 1))
        footprint[::dilation, ::dilation] = 1
        largest = case.operation == "max_pool2d"
        by = scipy.ndimage.maximum_filter if largest else scipy.ndimage.minimum_filter
        inside = slice(dilation, -dilation)
        return np.asarray(by(maps, footprint=footprint)[inside, inside])

    judge.equals(case, filtered)


CUT = [
    {**size, **stride, "ceil_mode": True}
    for size in ({}, {"size": 2}, {"size": 3}, {"size": 4}, {"size": 1})
    for stride in ({}, {"stride": 1}, {"stride": 2}, {"stride": 3}, {"stride": 5})
]
CUT_AND_PADDED: list[dict[str, Any]] = [
    {"size": size, "stride": stride, "padding": padding, "ceil_mode": True}
    for size, padding in ((2, 1), (3, 1), (4, 1), (4, 2), (5, 2))
    for stride in (1, 2, 3, 4, 6)
]
CUT_OBLONG: list[dict[str, Any]] = [
    {"size": size, **stride, "padding": padding, "ceil_mode": True}
    for size, padding in (((2, 3), (1, 0)), ((3, 2), (0, 1)), (4, (1, 2)), ((1, 5), (0, 2)))
    for stride in ({}, {"stride": (2, 3)}, {"stride": (3, 1)}, {"stride": 4})
]
CUT_AND_DILATED = [
    {"size": size, "stride": stride, "dilation": dilation, "ceil_mode": True, **padding}
    for size in (2, 3)
    for stride in (1, 2, 3)
    for dilation in (2, (1, 3))
    for padding in ({}, {"padding": 1})
]
NOT_CUT = [
    {"size": 2, "stride": 2, "ceil_mode": False},
    {"size": 3, "stride": 2, "ceil_mode": False},
]
#: Of all remainders, along each axis: smaller than windows, too.
OF_ALL_REMAINDERS = [(n, m, 1) for n, m in ((5, 8), (6, 7), (7, 5), (8, 9), (9, 6), (3, 4), (1, 3))]


def cut_groups() -> dict[str, list[Case]]:
    """Return poolings with cut windows, of means those without a padding."""
    return {
        f"{name}-{operation}": cases
        for name, options, operations in (
            ("numbers", [*CUT, *NOT_CUT], POOLINGS),
            ("padded", CUT_AND_PADDED, SELECTING),
            ("oblong", CUT_OBLONG, SELECTING),
            ("dilated", CUT_AND_DILATED, SELECTING),
        )
        for operation, cases in that_fit(
            groups([*OF_ALL_REMAINDERS, (2, 7, 5, 2)], options, operations)
        ).items()
    }


@requirement("POOL-33")
@by_hand("POOL-33")
def test_cut_windows_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-33")
@each_group(cut_groups())
def test_windows_that_are_cut_off_are_kept(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


#: Every kind of window: in the padding before, whole, in the padding behind, beyond it.
OF_DIVISORS = {
    "padded": PADDED,
    "pairs": [*PADDED_UNEQUALLY, *PADDED_OBLONG],
    "cut": CUT_AND_PADDED,
    "cut-oblong": CUT_OBLONG,
}


def of_divisors(name: str) -> list[Case]:
    """Return means with paddings, with and without these in the divisor."""
    shapes = [*OF_ALL_REMAINDERS, (2, 7, 5, 2)]
    options = counted(OF_DIVISORS[name], "avg_pool2d")
    return that_fit(groups(shapes, options, ("avg_pool2d",)))["avg_pool2d"]


@requirement("POOL-34")
@by_hand("POOL-34")
def test_divisors_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("POOL-34")
@each_group({name: of_divisors(name) for name in OF_DIVISORS})
def test_divisors(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("POOL-34")
@each_group(
    as_real_numbers(
        {
            name: [case for case in of_divisors(name) if case.arguments["maps"].shape[0] in (2, 7)]
            for name in OF_DIVISORS
        }
    )
)
def test_means_of_cut_windows_round_no_more_than_they_must(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def without_divisor(case: Case) -> Case:
    """Return a call that does not say whether the padding counts."""
    given = {k: v for k, v in case.arguments.items() if k != "count_include_pad"}
    name = case.id.replace("-count_include_pad-True", "")
    return replace(case, id=f"{name}-either", arguments=given)


@requirement("POOL-34")
@each_group(
    {
        name: [
            without_divisor(case)
            for case in of_divisors(name)
            if case.arguments.get("count_include_pad")
        ]
        for name in ("padded", "pairs", "cut")
    }
)
def test_one_divisor_or_the_other_is_used_throughout(judge: Judge, cases: list[Case]) -> None:
    judge.correct_in_one_way(cases, [{"count_include_pad": True}, {"count_include_pad": False}])


@requirement("POOL-35")
@pytest.mark.parametrize(
    ("operation", "group"),
    [(operation, group) for operation in POOLINGS for group in OPTIONS.groups],
)
def test_any_three_of_all_options_together(judge: Judge, operation: str, group: str) -> None:
    judge.combined(OPTIONS.cases(group, operation))


# --- hygiene with these options ---------------------------------------------------------------

WITH_OPTIONS = [
    case
    for operation in POOLINGS
    for options in (
        {"size": 3, "stride": 2, "padding": 1},
        {"size": 2, "ceil_mode": True},
        {"size": (1, 3), "stride": (2, 1)},
        {"size": 2, "dilation": 2} if operation in SELECTING else {"size": 4, "padding": 2},
    )
    for one in counted([options], operation)
    for case in pools([((5, 7, 2), one), ((3, 6, 5, 1), one)], (operation,))
]

WITH_OTHER_OPTIONS = {
    operation: with_options(
        pool_case(operation, "other-options", (7, 13, 2)),
        {"size": 3, "stride": 2},
        *(
            {"size": 3, "stride": 2, **one}
            for one in counted(
                [{"padding": 1}, {"ceil_mode": True}, {"padding": (0, 1)}, {"padding": (1, 0)}],
                operation,
            )
        ),
        *([{"size": 3, "stride": 2, "dilation": 2}] if operation in SELECTING else []),
        {"size": (3, 2), "stride": 2},
        {"size": 3, "stride": (2, 1)},
    )
    for operation in POOLINGS
}


@requirement("POOL-36")
@each(WITH_OPTIONS)
def test_arguments_stay_as_they_are_with_options(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("POOL-36")
@pytest.mark.parametrize("layout", ["fortran", "strided", "channels-first", "read-only"])
@each(WITH_OPTIONS)
def test_memory_layout_does_not_matter_with_options(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


@requirement("POOL-36")
@each_layout(WITH_OPTIONS)
def test_unusual_memory_is_never_misread_with_options(
    judge: Judge, layout: str, cases: list[Case]
) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("POOL-36")
@each_group(WITH_OTHER_OPTIONS)
def test_nothing_of_calls_with_other_options_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("POOL-36")
@each_group(
    {
        f"{operation}-{name}": [
            pool_case(operation, f"kept-{name}-{turn}", (6, 11, 2), **options) for turn in range(3)
        ]
        for operation in POOLINGS
        for name, options in (
            ("padded", counted([{"size": 3, "stride": 2, "padding": 1}], operation)[0]),
            ("cut", {"size": 3, "ceil_mode": True}),
        )
    }
)
def test_results_with_options_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)
    judge.repeats(cases)


DILATION_0 = [
    replace(case, id=case.id.replace("/", "/bad-"))
    for case in pools(
        [
            ((6, 7, 2), {"size": 2, "stride": 1, "dilation": 0}),
            ((5, 5, 1), {"size": 3, "dilation": 0}),
            ((2, 6, 5, 1), {"size": 2, "dilation": 0}),
        ],
        SELECTING,
    )
]


@requirement("POOL-37")
@each(DILATION_0)
def test_dilation_0_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


#: Windows that reach over more than the padded map.
BEYOND_PADDING = [
    replace(case, id=case.id.replace("/", "/bad-"))
    for case in (
        *pools(
            [
                ((2, 6, 1), {"size": 5, "stride": 1, "padding": 1}),
                ((6, 1, 2), {"size": 4, "stride": 2, "padding": 1}),
                ((2, 1, 1, 2), {"size": 5, "stride": 1, "padding": 1}),
                ((2, 5, 1), {"size": (3, 2)}),
                ((5, 2, 1), {"size": (2, 3), "stride": 1}),
            ]
        ),
        *pools(
            [
                ((4, 7, 1), {"size": 3, "stride": 1, "dilation": 2}),
                ((7, 4, 2), {"size": 2, "stride": 1, "dilation": 4}),
                ((2, 3, 8, 1), {"size": 4, "stride": 1, "dilation": 2, "padding": 1}),
            ],
            SELECTING,
        ),
    )
]

NEGATIVE_PADDING = [
    replace(case, id=case.id.replace("/", "/bad-"))
    for case in pools(
        [
            ((7, 8, 2), {"size": 2, "padding": -1}),
            ((9, 7, 1), {"size": 3, "stride": 1, "padding": -2}),
            ((2, 7, 8, 1), {"size": 2, "padding": (0, -1)}),
        ]
    )
]


@requirement("POOL-38")
@each(BEYOND_PADDING)
def test_windows_beyond_the_padding_give_nothing(judge: Judge, case: Case) -> None:
    judge.never_computes(case)


@requirement("POOL-39")
@each([*BEYOND_PADDING, *NEGATIVE_PADDING])
def test_windows_beyond_the_padding_and_negative_paddings_are_refused(
    judge: Judge, case: Case
) -> None:
    judge.rejects(case)


@requirement("POOL-40")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each(
    case
    for operation, worst in (("max_pool2d", -np.inf), ("min_pool2d", np.inf))
    for name, options in (
        ("padded", {"size": 3, "stride": 2, "padding": 1}),
        ("padded-by-half", {"size": 2, "padding": 1}),
        ("cut", {"size": 3, "ceil_mode": True}),
    )
    for shape in ((4, 7, 2), (2, 5, 8, 1))
    for case in with_maps(
        f"infinite-{name}-{len(shape)}",
        half_infinite(worst, *shape),
        (operation,),
        **options,
    )
)
def test_the_padding_wins_over_no_infinity(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("POOL-41")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize(
    ("shape", "place", "options"),
    [
        ((6, 7, 2), (0, 0, 0), {"size": 3, "stride": 2, "padding": 1}),
        ((2, 6, 7, 1), (1, 5, 3, 0), {"size": 2, "padding": 1}),
        ((7, 8, 2), (6, 7, 1), {"size": 3, "ceil_mode": True}),
        ((7, 8, 2), (3, 2, 1), {"size": (2, 3), "stride": (1, 2)}),
    ],
    ids=["padded", "batch", "cut", "oblong"],
)
@pytest.mark.parametrize("operation", POOLINGS)
def test_one_element_spoils_its_own_windows_only_with_options(
    judge: Judge,
    operation: str,
    shape: tuple[int, ...],
    place: tuple[int, ...],
    options: dict[str, Any],
    value: float,
) -> None:
    options = counted([options], operation)[0]
    name = "x".join(map(str, shape)) + "".join(f"-{k}-{short(v)}" for k, v in options.items())
    clean = pool_case(operation, f"clean-{name}", shape, **options)
    spoilt = spoilt_case(value, place, clean)
    of_windows = {k: v for k, v in options.items() if k != "count_include_pad"}
    windows = pool_windows(spoilt.arguments["maps"], **of_windows)
    reached: Array = np.any(~np.isfinite(windows), axis=(-2, -1))
    is_spread = operation == "avg_pool2d" and judge.implementation.accuracy == "normwise"
    got = judge.correct_beside(spoilt, clean, np.full_like(reached, True) if is_spread else reached)
    if operation == "avg_pool2d":
        held = not np.isfinite(got[reached]).any()
        judge.holds(spoilt, held, f"the mean of a window that holds {value} is finite", got)


@requirement("POOL-42")
@pytest.mark.parametrize("dtype", [dtype for dtype in RANGES if dtype != "float64"])
@pytest.mark.parametrize("operation", SELECTING)
def test_the_padding_wins_in_no_dtype(judge: Judge, operation: str, dtype: str) -> None:
    low, high = RANGES[dtype]
    cases = []
    for half, (lowest, highest) in (("lower", (low, low // 2)), ("upper", (high // 2, high))):
        for options in (
            {"size": 3, "stride": 2, "padding": 1},
            {"size": 2, "padding": 1},
            {"size": 3, "stride": 2, "ceil_mode": True},
            {"size": (3, 2), "stride": 1, "padding": (1, 0)},
        ):
            for shape in ((5, 6, 2), (2, 4, 5, 1)):
                given = "-".join(map(short, options.values()))
                name = f"{operation}/{half}-{dtype}-{len(shape)}-{given}"
                maps = integers(name, *shape, low=lowest, high=highest).astype(dtype)
                case = Case(name, operation, {"maps": maps, **options})
                about = dtype if dtype.startswith("float") else None
                cases.append(replace(case, dtype=about, may_refuse=about is None))
    judge.in_turn(judge.correct, cases)
