"""conv2d: the convolution layer."""

from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.by_scipy import correlated, correlated_to_its_size
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
from cnnspec.judge.testing import (
    by_hand,
    each,
    each_group,
    each_layout,
    each_shared,
    for_all,
    requirement,
)
from cnnspec.operations.conv2d.cases import conv2d_case
from cnnspec.operations.conv2d.combinations import (
    COMBINATIONS,
    OF_ANY_FILTERS,
    WITH_OPTIONS_OF_AXES,
)
from cnnspec.operations.conv2d.same_borders import Borders, customary

Array = NDArray[Any]


def changed(case: Case, name: str, **arguments: Array) -> Case:
    return replace(case, id=f"{case.id}-{name}", arguments={**case.arguments, **arguments})


# --- what it computes ------------------------------------------------------------------------

GRAY = [
    conv2d_case(f"gray-{rows}x{columns}-{count}@{size}", (rows, columns), count, size)
    for rows, columns, count, size in (
        (5, 8, 2, 3),
        (8, 5, 2, 3),
        (7, 7, 1, 3),
        (6, 9, 3, 5),
        (9, 8, 2, 7),
        (4, 5, 3, 1),
    )
]


@requirement("CONV-01")
@by_hand("CONV-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-01")
@each(GRAY)
def test_every_window_times_the_filter(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-01")
@each(GRAY)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    def maps() -> Array:
        image, filters = case.arguments["image"], case.arguments["filters"]
        found = [correlated(image, kernel) for kernel in filters]
        return np.stack(found, axis=-1)

    judge.equals(case, maps)


@requirement("CONV-01")
@each(
    [
        Case(
            f"conv2d/{name}",
            "conv2d",
            {
                "image": integers(f"{name}-image", 6, 7, low=-pixels, high=pixels) * scale,
                "filters": integers(f"{name}-filters", 2, 3, 3, low=-weights, high=weights) * scale,
            },
        )
        for name, pixels, weights, scale in (
            ("large-values", 2000, 900, 1.0),
            ("pixels-to-255", 255, 9, 1.0),
            ("tiny-values", 9, 9, 2.0**-30),
            ("huge-values", 9, 9, 2.0**40),
        )
    ]
)
def test_values_of_any_size(judge: Judge, case: Case) -> None:
    judge.correct(case)


def one_huge_pixel(shape: tuple[int, ...]) -> Array:
    """Return an image of small whole numbers but for its first pixel."""
    image = integers("one-huge-pixel", *shape)
    image.reshape(-1)[0] = 2.0**60
    return image


@requirement("CONV-01")
@each(
    Case(
        f"conv2d/one-huge-pixel-{'x'.join(map(str, shape))}",
        "conv2d",
        {"image": one_huge_pixel(shape), "filters": integers("beside-it", 2, 3, 3, *shape[2:])},
    )
    for shape in ((6, 7), (5, 6, 2))
)
def test_one_huge_pixel_spoils_its_own_windows_only(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-01")
@each(
    Case(
        f"conv2d/near-the-{end}-of-{dtype}",
        "conv2d",
        {
            "image": integers(f"{end}-image", 5, 6, 2) * scale,
            "filters": integers(f"{end}-filters", 2, 3, 3, 2) * scale,
            "bias": np.array([3.0, -2.0]) * scale * scale,
        },
    ).cast(dtype)
    for dtype, end, scale in (
        ("float64", "largest", 2.0**500),
        ("float64", "smallest", 2.0**-500),
        ("float32", "largest", 2.0**55),
        ("float32", "smallest", 2.0**-60),
    )
)
def test_values_near_the_ends_of_a_dtype(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-01")
@each(
    Case(
        f"conv2d/constant-{value:g}-{'x'.join(map(str, shape))}",
        "conv2d",
        {
            "image": np.full(shape, value),
            "filters": integers("constant", 2, 3, 3, *shape[2:]),
            "bias": np.array([5.0, -7.0]),
        },
    )
    for value in (0.0, 1.0, -3.0)
    for shape in ((5, 6), (5, 6, 2))
)
def test_constant_images(judge: Judge, case: Case) -> None:
    without = {name: case.arguments[name] for name in ("image", "filters")}
    judge.correct(replace(case, id=f"{case.id}-no-bias", arguments=without))
    judge.correct(case)


def with_filters(name: str, image: tuple[int, ...], filters: Array) -> Case:
    """Return a convolution under a bank that is not random."""
    arguments = {"image": integers(f"{name}-image", *image), "filters": filters}
    return Case(f"conv2d/{name}-{'x'.join(map(str, image))}", "conv2d", arguments)


def outer(name: str, count: int, *channels: int) -> Array:
    """Return 3x3 filters of rank 1: a column times a row, times a number for each channel."""
    column, row, depth = (
        integers(f"{name}-{part}", count, length, low=1, high=4)
        for part, length in (("column", 3), ("row", 3), ("depth", channels[0] if channels else 1))
    )
    signs = np.array([1.0, -1.0, 1.0])
    bank: Array = np.einsum("ka,kb,kc->kabc", column * signs, row, depth)
    return bank if channels else bank[..., 0]


@requirement("CONV-01")
@each(
    case
    for image in ((6, 7), (5, 6, 3))
    for case in (
        with_filters("equal-weights", image, np.full((2, 3, 3, *image[2:]), 4.0)),
        with_filters("sums", image, np.ones((1, 5, 5, *image[2:]))),
        with_filters("zero-filters", image, np.zeros((2, 3, 3, *image[2:]))),
        with_filters(
            "one-filter-of-zeros",
            image,
            np.concatenate(
                [
                    np.zeros((1, 3, 3, *image[2:])),
                    integers("beside-zeros", 2, 3, 3, *image[2:]),
                ]
            ),
        ),
        with_filters("rank-1", image, outer("rank-1", 3, *image[2:])),
        with_filters(
            "equal-filters", image, np.repeat(integers("equal", 1, 3, 3, *image[2:]), 3, axis=0)
        ),
    )
)
def test_filters_of_few_different_weights(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-02")
@by_hand("CONV-02")
def test_size_of_the_hand_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-02")
@each(
    conv2d_case(f"size-{rows}x{columns}@{size}", (rows, columns), 2, size)
    for rows, columns, size in (
        (1, 1, 1),
        (1, 6, 1),
        (6, 1, 1),
        (3, 3, 3),
        (3, 7, 3),
        (7, 3, 3),
        (4, 4, 3),
        (5, 5, 5),
        (5, 6, 5),
        (6, 5, 5),
        (7, 7, 7),
        (7, 10, 7),
        (9, 9, 9),
        (4, 12, 3),
        (12, 4, 3),
        (11, 11, 11),
    )
)
def test_size_of_the_maps(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-03")
@by_hand("CONV-03")
def test_maps_in_the_order_of_the_filters_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-03")
@each(
    conv2d_case(f"filters-{count}@{size}-on-{'x'.join(map(str, image))}", image, count, size)
    for image, size in (((6, 5), 3), ((5, 6, 2), 3), ((3, 3, 3), 3), ((2, 3, 2), 1))
    for count in (1, 2, 3, 5, 6, 9)
)
def test_one_map_for_each_filter(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-04")
@by_hand("CONV-04")
def test_channels_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


CHANNELS = [
    conv2d_case(f"channels-{channels}-{count}@{size}", (rows, columns, channels), count, size)
    for channels, count, size, rows, columns in (
        (1, 2, 3, 5, 6),
        (2, 1, 3, 6, 5),
        (2, 3, 5, 7, 6),
        (3, 1, 3, 5, 7),
        (3, 2, 1, 3, 4),
        (3, 3, 3, 3, 3),
        (3, 3, 3, 5, 4),
        (4, 2, 3, 4, 6),
        (5, 5, 5, 5, 5),
        (5, 3, 7, 7, 8),
        (7, 4, 3, 6, 4),
        (8, 3, 5, 6, 8),
    )
]


@requirement("CONV-04")
@each(CHANNELS)
def test_channels_are_weighted_and_summed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-04")
@each(CHANNELS)
def test_channels_agree_with_scipy(judge: Judge, case: Case) -> None:
    def maps() -> Array:
        image, filters = case.arguments["image"], case.arguments["filters"]
        found = [correlated(image, kernel)[:, :, 0] for kernel in filters]
        return np.stack(found, axis=-1)

    judge.equals(case, maps)


@requirement("CONV-04")
@each(
    changed(case, "equal-channels", image=np.repeat(case.arguments["image"][..., :1], 3, axis=-1))
    for case in (
        conv2d_case("gray-in-colour", (5, 6, 3), 2, 3),
        conv2d_case("gray-in-colour-1x1", (3, 4, 3), 3, 1),
        conv2d_case("gray-in-colour-stride", (7, 6, 3), 2, 3, stride=2, bias=True),
        conv2d_case("gray-in-colour-same", (4, 5, 3), 2, 3, padding="same"),
        conv2d_case("gray-in-colour-batch", (2, 5, 4, 3), 2, 3),
    )
)
def test_equal_channels_meet_different_kernels(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-05")
@by_hand("CONV-05")
def test_bias_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


WITH_BIAS = [
    conv2d_case("bias-gray", (5, 6), 3, 3, bias=True),
    conv2d_case("bias-one-filter", (6, 5), 1, 3, bias=True),
    conv2d_case("bias-1x1", (3, 4), 2, 1, bias=True),
    conv2d_case("bias-two-filters-5x5", (6, 7), 2, 5, bias=True),
    conv2d_case("bias-channels", (5, 6, 2), 3, 3, bias=True),
    conv2d_case("bias-as-many-channels", (5, 5, 3), 3, 3, bias=True),
    conv2d_case("bias-as-many-columns", (6, 6, 2), 4, 3, bias=True),
    conv2d_case("bias-stride", (7, 8), 3, 3, bias=True, stride=2),
    conv2d_case("bias-channels-stride", (8, 7, 2), 4, 3, bias=True, stride=3),
    conv2d_case("bias-same", (4, 5), 3, 3, bias=True, padding="same"),
    conv2d_case("bias-channels-same", (5, 4, 3), 2, 3, bias=True, padding="same"),
    conv2d_case("bias-batch", (3, 5, 6, 2), 4, 3, bias=True),
    conv2d_case("bias-batch-stride", (2, 7, 6, 3), 2, 3, bias=True, stride=2),
    conv2d_case("bias-batch-same", (3, 4, 5, 2), 3, 3, bias=True, padding="same"),
    conv2d_case("bias-many-filters", (4, 5, 2), 33, 3, bias=True),
    conv2d_case("bias-many-filters-same", (3, 4), 34, 3, bias=True, padding="same"),
    conv2d_case("bias-many-filters-stride", (6, 5, 2), 33, 3, bias=True, stride=3),
    conv2d_case("bias-many-filters-batch-same", (2, 3, 4, 2), 35, 3, bias=True, padding="same"),
]


@requirement("CONV-05")
@each(WITH_BIAS)
def test_bias_is_added_once(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-05")
@each(
    replace(
        conv2d_case(name, (5, 6), 3, 3),
        arguments={**conv2d_case(name, (5, 6), 3, 3).arguments, "bias": bias},
    )
    for name, bias in (
        ("bias-none", None),
        ("bias-zero", np.zeros(3)),
        ("bias-one-zero", np.array([5.0, 0.0, -2.0])),
        ("bias-negative", np.array([-7.0, -1.0, -100.0])),
        ("bias-large", np.array([1e5, -1e6, 3e6])),
    )
)
def test_any_bias_and_none(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-05")
@each(
    changed(case, "no-weights", filters=case.arguments["filters"] * np.array([0, 1, 0])[where])
    for case, where in (
        (conv2d_case("zeros-gray", (5, 6), 3, 3, bias=True), np.s_[:, None, None]),
        (conv2d_case("zeros-colour", (5, 6, 2), 3, 3, bias=True), np.s_[:, None, None, None]),
    )
)
def test_filters_of_zeros_give_the_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


def half_dark(case: Case) -> Case:
    """Return the case with its image at zero but for its last three columns."""
    image = case.arguments["image"].copy()
    image[(..., slice(None), slice(-3)) + (slice(None),) * (image.ndim > 2)] = 0.0
    return changed(case, "half-dark", image=image)


@requirement("CONV-05")
@each(
    half_dark(case)
    for case in (
        conv2d_case("dark-gray", (5, 9), 2, 3, bias=True),
        conv2d_case("dark-colour", (4, 9, 2), 3, 3, bias=True),
        conv2d_case("dark-stride", (7, 11, 2), 2, 3, bias=True, stride=2),
        conv2d_case("dark-same", (4, 9), 2, 3, bias=True, padding="same"),
        conv2d_case("dark-batch", (2, 4, 8, 1), 2, 3, bias=True),
    )
)
def test_windows_of_zeros_give_the_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-05")
@each([replace(case, may_refuse=True) for case in WITH_BIAS[:5]])
def test_bias_by_position(judge: Judge, case: Case) -> None:
    judge.correct(case, by_position=True)


@requirement("CONV-06")
@by_hand("CONV-06")
def test_stride_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


STRIDED = [
    conv2d_case(
        f"stride-{stride}-{'x'.join(map(str, image))}-{count}@{size}",
        image,
        count,
        size,
        stride=stride,
    )
    for image, count, size, stride in (
        ((7, 7), 2, 3, 1),
        ((7, 7), 2, 3, 2),
        ((6, 6), 1, 3, 2),
        ((7, 8), 3, 3, 2),
        ((8, 7), 2, 3, 3),
        ((9, 12), 2, 3, 4),
        ((12, 9), 2, 5, 2),
        ((11, 8), 1, 5, 3),
        ((10, 13), 2, 7, 3),
        ((5, 6), 3, 1, 2),
        ((7, 5), 2, 1, 4),
        ((5, 11), 2, 3, 5),
        ((4, 4), 2, 3, 7),
        ((13, 14), 2, 1, 6),
        ((14, 17, 2), 2, 3, 6),
        ((19, 18), 1, 3, 8),
        ((12, 22), 2, 3, 9),
        ((26, 13), 1, 1, 12),
        ((6, 7, 2), 3, 3, 2),
        ((8, 9, 3), 2, 3, 3),
        ((9, 8, 2), 3, 5, 2),
        ((13, 10, 3), 1, 3, 4),
        ((3, 4, 3), 3, 1, 3),
    )
]


@requirement("CONV-06")
@each(STRIDED)
def test_windows_start_every_stride(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-06")
@each(STRIDED)
def test_stride_picks_from_scipys_map(judge: Judge, case: Case) -> None:
    def every_stride() -> Array:
        image, filters, stride = (case.arguments[name] for name in ("image", "filters", "stride"))
        found = [correlated(image, kernel) for kernel in filters]
        full = np.stack([one.reshape(one.shape[:2]) for one in found], axis=-1)
        return full[::stride, ::stride]

    judge.equals(case, every_stride)


NUMPY_STRIDES = [
    conv2d_case(
        f"stride-of-{kind.__name__}-{'x'.join(map(str, image))}", image, 2, 3, stride=kind(2)
    )
    for kind in (np.int64, np.int32)
    for image in ((7, 8), (6, 7, 2))
]


@requirement("CONV-06")
@each(replace(case, may_refuse=True) for case in NUMPY_STRIDES)
def test_strides_as_numpy_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-37")
@each(NUMPY_STRIDES)
def test_numpy_integers_are_accepted_as_strides(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-07")
@by_hand("CONV-07")
def test_same_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


SAME = [
    conv2d_case(
        f"same-{'x'.join(map(str, image))}-{count}@{size}", image, count, size, padding="same"
    )
    for image, count, size in (
        ((4, 5), 2, 3),
        ((5, 4), 1, 3),
        ((3, 3), 2, 3),
        ((6, 7), 2, 5),
        ((5, 5), 3, 5),
        ((8, 7), 2, 7),
        ((3, 4), 2, 5),
        ((4, 6), 2, 1),
        ((2, 3), 2, 3),
        ((1, 1), 1, 3),
        ((5, 6, 2), 3, 3),
        ((6, 5, 3), 2, 5),
        ((5, 5, 3), 3, 3),
        ((8, 7, 2), 1, 7),
        ((10, 9), 2, 9),
        ((3, 4, 2), 2, 9),
        ((12, 13), 1, 11),
        ((14, 15), 1, 13),
    )
]


@requirement("CONV-07")
@each(SAME)
def test_same_keeps_the_size(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-07")
@each([case for case in SAME if case.arguments["image"].ndim == 2 and "2x3" not in case.id])
def test_same_agrees_with_scipy(judge: Judge, case: Case) -> None:
    def maps() -> Array:
        image, filters = case.arguments["image"], case.arguments["filters"]
        found = [correlated_to_its_size(image, kernel) for kernel in filters]
        return np.stack(found, axis=-1)

    judge.equals(case, maps)


BY_NAME: list[dict[str, Any]] = [
    {"padding": "valid"},
    {"padding": "valid", "stride": 1},
    {"padding": "valid", "stride": 2},
    {"padding": "valid", "stride": 2, "bias": True},
    {"padding": "same", "stride": 1},
    {"padding": "same", "stride": 1, "bias": True},
]


@requirement("CONV-07")
@each(
    conv2d_case(f"by-name-{'x'.join(map(str, image))}-{number}", image, 3, 3, **options)
    for image in ((5, 6), (5, 6, 2), (2, 7, 6, 3))
    for number, options in enumerate(BY_NAME)
)
def test_defaults_by_name(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-08")
@by_hand("CONV-08")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-08")
@each(
    [
        conv2d_case("batch-of-1", (1, 5, 6, 2), 3, 3),
        conv2d_case("batch-of-2", (2, 6, 5, 3), 2, 3),
        conv2d_case("batch-of-3", (3, 5, 6, 2), 4, 3),
        conv2d_case("batch-of-5-one-channel", (5, 4, 5, 1), 2, 3),
        conv2d_case("batch-as-many-channels", (3, 3, 3, 3), 3, 3),
        conv2d_case("batch-as-many-rows", (5, 5, 6, 2), 5, 3),
        conv2d_case("batch-stride", (3, 7, 8, 2), 3, 3, stride=2),
        conv2d_case("batch-stride-3", (4, 9, 7, 1), 2, 3, stride=3),
        conv2d_case("batch-same", (3, 4, 6, 2), 3, 3, padding="same"),
        conv2d_case("batch-same-5x5", (2, 6, 5, 3), 2, 5, padding="same"),
        conv2d_case("batch-1x1", (3, 2, 3, 4), 2, 1),
        conv2d_case("batch-one-filter", (4, 5, 5, 2), 1, 5),
        conv2d_case("batch-of-17", (17, 4, 3, 2), 2, 3),
        conv2d_case("batch-of-40", (40, 3, 4, 1), 3, 3),
    ]
)
def test_images_of_a_batch_are_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


LARGE = [
    conv2d_case(
        f"large-{'x'.join(map(str, image))}-{count}@{size}"
        + "".join(f"-{v}" for v in options.values()),
        image,
        count,
        size,
        **options,
    )
    for image, count, size, options in (
        ((17, 18), 2, 3, {}),
        ((18, 35), 3, 3, {}),
        ((35, 19), 2, 5, {}),
        ((34, 66), 2, 3, {}),
        ((67, 33), 2, 3, {}),
        ((40, 37, 3), 2, 5, {}),
        ((5, 132), 2, 3, {}),
        ((131, 6), 2, 3, {}),
        ((4, 261), 2, 3, {}),
        ((262, 4), 2, 3, {}),
        ((3, 1030), 1, 3, {}),
        ((1029, 3), 1, 3, {}),
        ((6, 7, 16), 3, 3, {}),
        ((5, 6, 17), 2, 3, {}),
        ((5, 5, 33), 3, 3, {}),
        ((4, 5, 65), 2, 3, {}),
        ((3, 4, 130), 2, 3, {}),
        ((5, 6), 16, 3, {}),
        ((6, 5, 2), 17, 3, {}),
        ((5, 5, 3), 33, 3, {}),
        ((4, 5), 65, 3, {}),
        ((3, 4, 2), 130, 3, {}),
        ((3, 3), 260, 3, {}),
        ((3, 3), 530, 3, {}),
        ((3, 3, 520), 2, 3, {}),
        ((130, 3, 3, 1), 2, 3, {}),
        ((35, 36), 2, 3, {"stride": 2}),
        ((37, 70, 2), 2, 3, {"stride": 2}),
        ((68, 35), 3, 5, {"stride": 3}),
        ((70, 38), 2, 3, {"stride": 4}),
        ((33, 34), 2, 3, {"padding": "same"}),
        ((34, 18, 3), 3, 5, {"padding": "same"}),
        ((66, 9, 2), 2, 7, {"padding": "same"}),
        ((30, 31), 2, 9, {}),
        ((28, 28), 8, 3, {}),
        ((24, 25), 2, 13, {}),
        ((20, 21, 2), 2, 15, {}),
        ((19, 20), 1, 17, {}),
        ((257, 257), 1, 257, {}),
        ((3, 4, 17), 18, 3, {}),
        ((4, 3, 34), 33, 3, {}),
        ((2, 3, 66), 67, 1, {}),
        ((7, 8), 20, 3, {"stride": 2}),
        ((8, 7, 2), 35, 3, {"stride": 2}),
        ((7, 7, 18), 3, 3, {"stride": 2}),
        ((4, 5, 18), 19, 3, {"padding": "same"}),
        ((4, 530), 1, 3, {"stride": 2}),
        ((531, 3), 1, 3, {"stride": 2}),
        ((3, 3), 261, 3, {"bias": True}),
        ((2, 1, 2, 261), 1, 1, {}),
        ((2, 2, 262), 2, 3, {"padding": "same"}),
        ((262, 3, 3, 1), 1, 3, {"bias": True}),
        ((259, 258), 1, 3, {}),
    )
]


def in_full_blocks(size: int) -> dict[str, Case]:
    """Return convolutions of which the maps, or the sums, are exactly of the given size."""
    shapes: dict[str, tuple[tuple[int, ...], int, int, dict[str, Any]]] = {
        "rows": ((size + 2, 3), 2, 3, {}),
        "columns": ((3, size + 2), 2, 3, {}),
        "rows-1x1": ((size, 2), 2, 1, {"bias": True}),
        "columns-1x1": ((2, size), 2, 1, {"bias": True}),
        "rows-same": ((size, 2), 1, 3, {"padding": "same"}),
        "columns-same": ((2, size), 1, 3, {"padding": "same"}),
        "rows-stride-2": ((2 * size + 1, 3), 1, 3, {"stride": 2, "bias": True}),
        "columns-stride-2": ((3, 2 * size + 1), 1, 3, {"stride": 2, "bias": True}),
        "rows-of-a-batch": ((2, size + 2, 3, 1), 1, 3, {"bias": True}),
        "columns-of-a-batch": ((2, 3, size + 2, 1), 1, 3, {"bias": True}),
        "channels": ((3, 4, size), 2, 3, {}),
        "channels-1x1": ((1, 2, size), 2, 1, {"bias": True}),
        "channels-same": ((1, 2, size), 2, 3, {"padding": "same"}),
        "filters": ((3, 4), size, 3, {}),
        "filters-1x1": ((1, 2, 2), size, 1, {"bias": True}),
        "filters-same": ((1, 2), size, 3, {"padding": "same", "bias": True}),
        "filters-stride-2": ((3, 5), size, 3, {"stride": 2}),
        "images": ((size, 3, 4, 1), 1, 3, {}),
        "images-1x1": ((size, 1, 2, 2), 2, 1, {"bias": True}),
        "images-same": ((size, 1, 2, 1), 1, 3, {"padding": "same"}),
        "images-stride-2": ((size, 3, 5, 1), 1, 3, {"stride": 2, "bias": True}),
    }
    return {
        name: conv2d_case(f"full-{size}-{name}", image, count, filters, **options)
        for name, (image, count, filters, options) in shapes.items()
    }


#: Every dimension in sizes that blocks fill exactly, in float64 and float32.
IN_FULL_BLOCKS = with_float32_by_name([in_full_blocks(size) for size in FULL_BLOCKS])


@requirement("CONV-09")
@each_group(IN_FULL_BLOCKS)
def test_sizes_that_blocks_fill(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


#: The sizes of real layers, in one row of the maps where they are large.
REAL_LAYERS = [
    conv2d_case(
        f"layer-{'x'.join(map(str, image))}-{count}@{size}"
        + "".join(f"-{v}" for v in options.values()),
        image,
        count,
        size,
        **options,
    )
    for image, count, size, options in (
        # many filters of many channels: the corner that is left over in both
        ((1, 2, 50), 51, 1, {"bias": True}),
        ((3, 3, 52), 53, 3, {}),
        ((3, 4, 66), 70, 3, {"padding": "same"}),
        ((1, 1, 100), 101, 1, {}),
        ((1, 1, 130), 260, 1, {"bias": True}),
        ((3, 3, 97), 98, 3, {"bias": True, "stride": 2}),
        ((2, 1, 1, 64), 64, 1, {}),
        # many images
        ((35, 4, 3, 2), 2, 3, {"bias": True}),
        ((41, 5, 6, 2), 2, 3, {"bias": True, "stride": 2}),
        ((66, 3, 3, 2), 3, 3, {"padding": "same", "bias": True}),
        ((133, 2, 3, 1), 1, 3, {"padding": "same"}),
        ((260, 2, 2, 1), 2, 3, {"padding": "same", "bias": True}),
        ((300, 1, 1, 2), 2, 1, {}),
        # large filters
        ((11, 31, 3), 2, 11, {"stride": 4}),
        ((11, 27, 3), 2, 11, {"stride": 4, "bias": True}),
        ((2, 11, 19, 1), 2, 11, {"stride": 4}),
        ((2, 9, 11, 2), 2, 9, {"bias": True}),
        ((2, 9, 13, 1), 3, 9, {"stride": 2, "bias": True}),
        ((3, 13, 14, 1), 1, 13, {"bias": True}),
        ((13, 19, 2), 2, 13, {"stride": 3, "bias": True}),
        ((2, 3, 4, 1), 1, 9, {"padding": "same", "bias": True}),
        ((2, 4, 3, 1), 1, 11, {"padding": "same"}),
        # a picture of 224 columns
        ((3, 226, 3), 4, 3, {}),
        ((2, 224, 3), 1, 3, {"padding": "same", "bias": True}),
        ((7, 229, 3), 2, 7, {"stride": 2, "bias": True}),
        ((11, 227, 3), 1, 11, {"stride": 4, "bias": True}),
        # beyond counters of 15 and 16 bits
        ((1, 32_771), 1, 1, {}),
        ((32_771, 1), 1, 1, {}),
        ((1, 65_539), 1, 1, {"bias": True}),
    )
]


@requirement("CONV-09")
@each_group(with_float32(REAL_LAYERS))
def test_sizes_of_real_layers(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def around(size: int) -> dict[str, Case]:
    """Return convolutions with one dimension of the given size; the others are small."""
    shapes: dict[str, tuple[tuple[int, ...], int, dict[str, Any]]] = {
        "rows": ((size, 5), 2, {}),
        "columns": ((4, size), 2, {}),
        "channels": ((4, 3, size), 2, {}),
        "filters": ((3, 4), size, {}),
        "images": ((size, 3, 4, 1), 2, {}),
        "rows-stride-2": ((size, 4), 2, {"stride": 2}),
        "columns-stride-2": ((5, size), 2, {"stride": 2}),
        "rows-same": ((size, 3), 2, {"padding": "same"}),
        "columns-same": ((3, size), 2, {"padding": "same"}),
        "filters-of-channels": ((4, 3, 2), size, {"bias": True}),
        "rows-bias": ((size, 4), 2, {"bias": True}),
        "columns-bias": ((3, size, 2), 2, {"bias": True}),
        "channels-bias": ((3, 4, size), 2, {"bias": True}),
        "images-bias": ((size, 3, 3, 2), 2, {"bias": True}),
        "rows-of-a-batch": ((2, size, 3, 2), 2, {"bias": True}),
        "columns-of-a-batch": ((2, 3, size, 2), 2, {}),
        "channels-of-a-batch": ((2, 3, 4, size), 2, {"bias": True}),
        "filters-stride-2": ((5, 6), size, {"stride": 2}),
        "channels-stride-2": ((6, 5, size), 2, {"stride": 2, "bias": True}),
        "images-stride-2": ((size, 5, 3, 1), 2, {"stride": 2}),
        "filters-same": ((3, 2), size, {"padding": "same"}),
        "channels-same": ((2, 3, size), 2, {"padding": "same", "bias": True}),
        "images-same": ((size, 2, 3, 1), 2, {"padding": "same"}),
    }
    return {
        name: conv2d_case(f"{size}-{name}", image, count, 3, **options)
        for name, (image, count, options) in shapes.items()
    }


#: Every dimension in each of the sizes around those of tiles, in float64 and float32.
AROUND_TILES = with_float32_by_name([around(size) for size in TILES])


REAL_AROUND_TILES = with_float32_by_name(
    [
        {
            f"{name}@{filters}": conv2d_case(
                f"real-{size}-{name}@{filters}", image, count, filters, data="normal", **options
            )
            for filters in (1, 3, 5)
            for name, image, count, options in (
                ("columns", (5, size + 4), 2, {"bias": True}),
                ("channels", (5, 6, size), 3, {}),
                ("filters", (6, 5, 2), size, {"bias": True}),
                ("channels-and-filters", (5, 5, size), size, {}),
                ("images-same", (size, 5, 5, 2), 2, {"padding": "same"}),
                ("rows-stride-2", (size + 4, 6, 2), 3, {"stride": 2}),
                ("channels-stride-2", (7, 6, size), 3, {"stride": 2, "bias": True}),
                ("channels-same", (5, 5, size), 3, {"padding": "same"}),
            )
        }
        for size in (8, 9, 17, 33)
    ]
)


@requirement("CONV-12")
@each_group(REAL_AROUND_TILES)
def test_real_numbers_of_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


#: More than 2^20 products and 2^17 results: beyond such sizes, other code often does the work.
HUGE = [conv2d_case(f"huge-{turn}", (134, 134), 8, 3, data="normal") for turn in range(2)]


@requirement("CONV-12")
@each(HUGE[:1])
def test_more_than_a_million_products(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-09")
@each_group(with_float32(LARGE))
def test_large_shapes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("CONV-09")
@each_group(AROUND_TILES)
def test_sizes_around_tiles(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def impulses(shape: tuple[int, ...], size: int) -> list[tuple[Array, Array]]:
    """Return every image of one non-zero pixel, with a bank of all filters of one weight.

    The filters are in another order, and of another sign, under every pixel.
    """
    channels = shape[2:] if len(shape) < 4 else shape[3:]
    taps = size * size * int(np.prod(channels))
    signs = np.where(np.arange(taps) % 2, -1.0, 1.0)[:, np.newaxis]
    filters = (np.eye(taps) * signs).reshape(taps, size, size, *channels)
    found = []
    for place in range(int(np.prod(shape))):
        image = np.zeros(int(np.prod(shape)))
        image[place] = 1.0 if place % 3 else -2.0
        bank = np.roll(filters, 5 * place, axis=0) * (1 - 2 * (place % 2))
        found.append((image.reshape(shape), bank))
    return found


@requirement("CONV-10")
@pytest.mark.parametrize(
    ("shape", "size", "options"),
    [
        ((4, 5), 3, {}),
        ((5, 4), 1, {}),
        ((6, 5), 5, {}),
        ((4, 3, 2), 3, {}),
        ((5, 6), 3, {"stride": 2}),
        ((3, 4), 3, {"padding": "same"}),
        ((2, 3, 4, 2), 3, {}),
        ((8, 7), 3, {"stride": 3}),
        ((5, 4), 5, {"padding": "same"}),
        ((7, 8), 7, {}),
    ],
    ids=[
        "3x3",
        "1x1",
        "5x5",
        "two-channels",
        "stride-2",
        "same",
        "batch",
        "stride-3",
        "same-5x5",
        "7x7",
    ],
)
def test_impulses(judge: Judge, shape: tuple[int, ...], size: int, options: dict[str, Any]) -> None:
    shown = "-".join(map(str, (*shape, size, *options.values())))
    for place, (image, filters) in enumerate(impulses(shape, size)):
        arguments = {"image": image, "filters": filters, **options}
        judge.correct(Case(f"conv2d/impulse-{shown}-at-{place}", "conv2d", arguments))


# --- relations -------------------------------------------------------------------------------

SEEDS = st.integers(0, 10**6).map(str)
SIZES = st.sampled_from([1, 3, 5])
EXTRA = st.integers(0, 4)


#: Ways to be drawn: shapes around the rows and columns, and options.
KINDS = st.sampled_from(
    [
        ((), (), {}),
        ((), (2,), {}),
        ((2,), (3,), {}),
        ((), (), {"stride": 2}),
        ((), (2,), {"padding": "same"}),
        ((3,), (1,), {"stride": 3}),
    ]
)
Kind = tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]
PLAIN: Kind = ((), (), {})


def drawn(
    seed: str, size: int, down: int, right: int, kind: Kind = PLAIN, data: str = "integers"
) -> Case:
    """Return a small convolution of random numbers whose sums and halves are exact."""
    images, channels, options = kind

    def draw(part: str, *shape: int) -> Array:
        if data == "integers":
            return integers(f"{seed}-{part}", *shape)
        return np.round(64 * reals(f"{seed}-{part}", *shape, spread=data)) / 64

    arguments = {
        "image": draw("image", *images, size + down, size + right, *channels),
        "filters": draw("filters", 2, size, size, *channels),
        **options,
    }
    named = "-".join(map(str, (seed, size, down, right, *images, *channels, *options.values())))
    return Case(f"conv2d/drawn-{data}-{named}", "conv2d", arguments)


DATA = st.sampled_from(["integers", "cancelling"])


@requirement("CONV-11")
@pytest.mark.parametrize("part", ["image", "filters"])
@for_all(seed=SEEDS, size=SIZES, down=EXTRA, right=EXTRA, kind=KINDS, data=DATA)
def test_additive(
    judge: Judge, part: str, seed: str, size: int, down: int, right: int, kind: Kind, data: str
) -> None:
    first = drawn(seed, size, down, right, kind, data)
    other = drawn(f"{seed}-other", size, down, right, kind, data).arguments[part]
    second = changed(first, f"other-{part}", **{part: other})
    both = changed(first, f"sum-of-{part}", **{part: first.arguments[part] + other})
    parts = [judge.value(first), judge.value(second)]
    together = judge.value(both)
    allowed = np.sum([judge.allowed(case, together) for case in (first, second, both)], axis=0)
    expected = parts[0].astype(float) + parts[1]
    judge.same(both, together, expected, allowed, f"not additive in the {part}")


@requirement("CONV-11")
@pytest.mark.parametrize("part", ["image", "filters"])
@for_all(
    seed=SEEDS,
    size=SIZES,
    down=EXTRA,
    right=EXTRA,
    kind=KINDS,
    data=DATA,
    factor=st.sampled_from([-4.0, -1.0, 0.5]),
)
def test_homogeneous(
    judge: Judge,
    part: str,
    seed: str,
    size: int,
    down: int,
    right: int,
    kind: Kind,
    data: str,
    factor: float,
) -> None:
    case = drawn(seed, size, down, right, kind, data)
    scaled = changed(case, f"{part}-times-{factor}", **{part: case.arguments[part] * factor})
    plain, got = judge.value(case), judge.value(scaled)
    allowed = judge.allowed(case, plain) * abs(factor) + judge.allowed(scaled, got)
    expected = plain.astype(float) * factor
    judge.same(scaled, got, expected, allowed, f"not scaled like the {part}")


@requirement("CONV-11")
@for_all(seed=SEEDS, size=SIZES, down=EXTRA, right=EXTRA)
def test_turned_image_and_filter(judge: Judge, seed: str, size: int, down: int, right: int) -> None:
    case = drawn(seed, size, down, right)
    turned = changed(
        case,
        "turned",
        image=np.rot90(case.arguments["image"]).copy(),
        filters=np.rot90(case.arguments["filters"], axes=(1, 2)).copy(),
    )
    plain, got = judge.value(case), judge.value(turned)
    expected = np.rot90(plain)
    allowed = judge.allowed(turned, got) + np.rot90(judge.allowed(case, plain))
    judge.same(turned, got, expected, allowed, "not the turned map of the unturned image")


@requirement("CONV-11")
@for_all(seed=SEEDS, size=SIZES, down=st.integers(1, 4), right=st.integers(1, 4))
def test_moved_image(judge: Judge, seed: str, size: int, down: int, right: int) -> None:
    case = drawn(seed, size, down, right)
    moved = changed(case, "moved", image=np.roll(case.arguments["image"], (-1, -1), (0, 1)))
    plain, got = judge.value(case), judge.value(moved)
    allowed = judge.allowed(moved, got)[:-1, :-1] + judge.allowed(case, plain)[1:, 1:]
    judge.same(
        moved,
        got[:-1, :-1],
        plain[1:, 1:],
        allowed,
        "not moved by one row and column like its image",
    )


# --- how exact it is -------------------------------------------------------------------------

PRECISE = [
    conv2d_case(
        f"real-{spread}-{'x'.join(map(str, image))}-{count}@{size}",
        image,
        count,
        size,
        bias=bias,
        data=spread,
    )
    for spread in SPREADS
    for image, count, size, bias in (
        ((70, 66), 1, 3, False),
        ((7, 6), 3, 3, False),
        ((6, 5, 3), 2, 3, False),
        ((4, 5, 16), 2, 3, False),
        ((3, 4, 8), 2, 3, False),
        ((3, 4, 32), 1, 3, False),
        ((3, 3, 64), 2, 3, False),
        ((6, 7, 2), 3, 5, False),
        ((5, 4), 2, 1, False),
        ((6, 5), 3, 3, True),
    )
]


@requirement("CONV-12")
@each(PRECISE)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-12")
@each(
    conv2d_case(
        f"long-{spread}-{'x'.join(map(str, image))}-{count}@{size}",
        image,
        count,
        size,
        bias=bias,
        data=spread,
        **options,
    )
    for spread in ("uniform", "normal", "cancelling")
    for image, count, size, bias, options in (
        ((3, 3, 256), 2, 3, False, {}),
        ((1, 2, 2048), 1, 1, False, {}),
        ((1, 1, 2050), 2, 1, True, {}),
        ((5, 5, 90), 1, 5, True, {"stride": 2}),
        ((2, 1, 2, 260), 1, 3, False, {"padding": "same"}),
    )
)
def test_long_sums_round_no_more_than_they_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


def small_integers(name: str, image: tuple[int, ...], count: int, size: int) -> Case:
    """Return a case whose sums of products fit into the 11 bits of float16."""
    arguments = {
        "image": integers(f"{name}-image", *image, low=-5, high=5),
        "filters": integers(f"{name}-filters", count, size, size, *image[2:], low=-4, high=4),
    }
    return Case(f"conv2d/{name}", "conv2d", arguments)


def narrow_reals(dtype: str, spread: str, image: tuple[int, ...], size: int) -> Case:
    name = f"real-{dtype}-{spread}-{'x'.join(map(str, image))}@{size}"
    scale = 2.0**-4 if spread == "cancelling" else 1.0
    arguments = {
        "image": reals(f"{name}-image", *image, spread=spread) * scale,
        "filters": reals(f"{name}-filters", 2, size, size, *image[2:], spread=spread) * scale,
    }
    if spread == "wide" and dtype == "float16":
        arguments = {key: np.sign(value) * np.abs(value) ** 0.2 for key, value in arguments.items()}
    return Case(f"conv2d/{name}", "conv2d", arguments).cast(dtype)


@requirement("CONV-13")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        small_integers("small-gray", (6, 7), 3, 3),
        small_integers("small-channels", (5, 6, 3), 2, 3),
        small_integers("small-5x5", (7, 6), 2, 5),
    ]
)
def test_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("CONV-13")
@each(
    narrow_reals(dtype, spread, image, size)
    for dtype in ("float32", "float16")
    for spread in SPREADS
    for image, size in (
        ((7, 6), 3),
        ((5, 6, 3), 3),
        ((4, 3, 2), 1),
        ((4, 3, 8), 3),
        ((2, 3, 16), 1),
    )
)
def test_other_dtypes_round_no_more_than_they_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-13")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    [
        conv2d_case("dtype-bias", (5, 6), 3, 3, bias=True),
        conv2d_case("dtype-stride", (7, 6, 2), 2, 3, stride=2),
        conv2d_case("dtype-same", (4, 5, 2), 3, 3, padding="same"),
        conv2d_case("dtype-batch", (3, 4, 5, 2), 2, 3),
    ]
)
def test_other_dtypes_with_every_option(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


@requirement("CONV-13")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    changed(small_integers(name, image, 2, 3), "wide", **options)
    for name, image, options in (
        ("columns-gray", (3, 71), {}),
        ("columns-colour", (3, 68, 2), {}),
        ("columns-same", (2, 67), {"padding": "same"}),
        ("columns-bias", (3, 135), {"bias": np.array([2.5, -3.5])}),
        ("rows", (70, 3), {"bias": np.array([1.5, 4.0])}),
    )
)
def test_wide_images_of_other_dtypes(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


def typed(name: str, image: Array, filters: Array, **options: Any) -> Case:
    arguments = {"image": image, "filters": filters, **options}
    return Case(f"conv2d/{name}", "conv2d", arguments, may_refuse=True)


PIXELS = integers("pixels", 6, 5, low=0, high=255)
COLOURS = integers("colours", 4, 5, 3, low=0, high=255)


@requirement("CONV-14")
@each(
    [
        typed("uint8-image", PIXELS.astype(np.uint8), integers("u8", 2, 3, 3)),
        typed("uint8-image-fractions", PIXELS.astype(np.uint8), integers("u8f", 2, 3, 3) / 4),
        typed("uint8-colours", COLOURS.astype(np.uint8), integers("u8c", 2, 3, 3, 3) / 2),
        typed("int64-image", integers("i64", 5, 6).astype(np.int64), integers("i64f", 2, 3, 3) / 8),
        typed("int64-filters", integers("fi", 5, 6) / 4, integers("if", 2, 3, 3).astype(np.int64)),
        typed("int8-filters", integers("f8", 5, 6) / 2, integers("i8", 2, 3, 3).astype(np.int8)),
        typed(  # beyond what float32 holds
            "int64-image-large",
            integers("i64l", 5, 6).astype(np.int64) * 3_000_001,
            integers("i64lf", 2, 3, 3) / 8,
        ),
        typed(  # beyond what two bytes hold
            "int64-filters-large",
            integers("fil", 5, 6) / 4,
            integers("ifl", 2, 3, 3).astype(np.int64) * 40_001,
        ),
        typed("bool-image", PIXELS > 127, integers("boolf", 2, 3, 3) / 2),
        typed(
            "int64-filters-colour",
            reals("fic", 4, 5, 3),
            integers("ifc", 2, 3, 3, 3).astype(np.int64),
        ),
        typed(
            "int64-filters-batch",
            reals("fib", 2, 4, 5, 2),
            integers("ifb", 2, 3, 3, 2).astype(np.int64),
        ),
        typed("uint8-image-tenths", PIXELS.astype(np.uint8), reals("u8t", 2, 3, 3)),
        typed(
            "int64-both",
            integers("ii", 5, 6).astype(np.int64),
            integers("iif", 2, 3, 3).astype(np.int64),
        ),
    ]
)
def test_integer_images(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: By dtype: the numbers of an image of that type.
WIDE_RANGES = {"uint8": (0, 255), "int8": (-128, 127), "int16": (-32768, 32767), "bool": (0, 1)}


@requirement("CONV-14")
@each(
    typed(
        f"{dtype}-wide-{name}",
        integers(f"{dtype}-{name}", *image, low=low, high=high).astype(dtype),
        reals(f"{dtype}-{name}-filters", 2, 3, 3, *image[2 if len(image) < 4 else 3 :]),
        **options,
    )
    for dtype, (low, high) in WIDE_RANGES.items()
    for name, image, options in (
        ("gray", (3, 70), {}),
        ("colour", (3, 69, 3), {}),
        ("same", (2, 67), {"padding": "same"}),
        ("bias", (3, 135), {"bias": np.array([0.25, -3.75])}),
        ("same-bias", (3, 68, 2), {"padding": "same", "bias": np.array([-0.5, 7.375])}),
        ("stride", (3, 137, 2), {"stride": 2, "bias": np.array([0.125, -1.5])}),
        ("batch", (2, 3, 68, 1), {"bias": np.array([2.5, -0.25])}),
        ("rows", (70, 3), {"bias": np.array([0.75, 1.5])}),
    )
)
def test_wide_integer_images(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-14")
@each(
    typed(
        f"bool-filters-{name}",
        reals(f"bool-filters-{name}", *image),
        integers(f"bool-{name}", 3, 3, 3, *image[2 if len(image) < 4 else 3 :], low=0, high=1) > 0,
        **options,
    )
    for name, image, options in (
        ("gray", (5, 6), {}),
        ("colour", (4, 5, 3), {"bias": np.array([0.5, -2.25, 3.0])}),
        ("same", (4, 5), {"padding": "same"}),
        ("stride", (7, 6, 2), {"stride": 2}),
        ("batch", (2, 4, 5, 2), {}),
    )
)
def test_boolean_filters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-15")
@each(
    [
        typed("uint8-wraps", np.full((3, 3), 200, np.uint8), np.full((1, 3, 3), 2, np.uint8)),
        typed("uint8-sum-wraps", np.full((3, 4), 60, np.uint8), np.full((2, 3, 3), 1, np.uint8)),
        typed("int8-wraps", np.full((4, 3), 100, np.int8), np.full((1, 3, 3), -3, np.int8)),
        typed("int16-wraps", np.full((3, 3), 9000, np.int16), np.full((1, 3, 3), 9, np.int16)),
        typed("uint16-wraps", np.full((3, 3), 60000, np.uint16), np.full((2, 3, 3), 2, np.uint16)),
        typed("int32-wraps", np.full((4, 3), 2**30, np.int32), np.full((1, 3, 3), 3, np.int32)),
        typed(
            "uint8-colours-wrap",
            np.full((3, 4, 3), 200, np.uint8),
            np.full((2, 3, 3, 3), 2, np.uint8),
        ),
    ]
)
def test_integers_do_not_wrap(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-16")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (2, 3), (4, 5)], ids=["first", "middle", "last"])
def test_nan_and_infinity_show(judge: Judge, value: float, place: tuple[int, int]) -> None:
    image = np.ones((5, 6))
    image[place] = value
    filters = np.full((2, 3, 3), 2.0)
    case = Case(f"conv2d/{value}-at-{place}", "conv2d", {"image": image, "filters": filters})
    got = judge.value(case)
    rows, columns = np.indices((3, 4))
    inside = (abs(rows + 1 - place[0]) <= 1) & (abs(columns + 1 - place[1]) <= 1)
    judge.holds(case, got.shape == (3, 4, 2), f"the result has the shape {got.shape}")
    hidden = np.isfinite(got[inside]).any()
    judge.holds(case, not hidden, f"a window with {value} gives a number", got)


@requirement("CONV-16")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@each(
    [
        conv2d_case("hidden-gray", (5, 6), 2, 3),
        conv2d_case("hidden-colour", (5, 6, 2), 2, 3),
        conv2d_case("hidden-batch", (2, 5, 6, 2), 2, 3),
        conv2d_case("hidden-same", (5, 6), 2, 3, padding="same"),
        conv2d_case("hidden-batch-same", (2, 5, 6, 2), 2, 3, padding="same"),
        conv2d_case("hidden-stride", (7, 8, 2), 2, 3, stride=2),
    ]
)
def test_nan_and_infinity_show_with_every_option(judge: Judge, case: Case, value: float) -> None:
    image, filters = np.ones_like(case.arguments["image"]), np.ones_like(case.arguments["filters"])
    image[(..., 2, 2) if image.ndim == 2 else (..., 2, 2, 0)] = value
    spoilt = changed(case, f"{value}", image=image, filters=filters)
    in_image = judge.value(spoilt)
    row = 1 if case.arguments.get("stride", 1) == 2 else 2
    hidden = np.isfinite(in_image[..., row, row, :]).any()
    judge.holds(spoilt, not hidden, f"{value} in the image is hidden", in_image)


@requirement("CONV-16")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@each(
    [
        conv2d_case("hidden-filters-gray", (5, 6), 2, 3),
        conv2d_case("hidden-filters-colour", (5, 6, 2), 2, 3),
        conv2d_case("hidden-filters-batch", (2, 5, 6, 2), 2, 3),
        conv2d_case("hidden-filters-stride", (7, 8, 2), 2, 3, stride=2),
    ]
)
def test_nan_and_infinity_in_a_filter_show(judge: Judge, case: Case, value: float) -> None:
    image, filters = np.ones_like(case.arguments["image"]), np.ones_like(case.arguments["filters"])
    filters[1].reshape(-1)[4] = value
    spoilt = changed(case, f"{value}", image=image, filters=filters)
    got = judge.value(spoilt)
    hidden = np.isfinite(got[..., 1]).any()
    judge.holds(spoilt, not hidden, f"{value} in filter 1 is hidden", got)


# --- everything together ----------------------------------------------------------------------

ONE_OF_EACH_RANK = {"gray": (7, 9), "colour": (8, 7, 2), "batch": (3, 7, 8, 2)}

OPTIONS: list[dict[str, Any]] = [
    {},
    {"stride": 2},
    {"stride": 3},
    {"stride": 4},
    {"stride": 7},
    {"padding": "same"},
]

RANGES = {
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "int16": (-32768, 32767),
    "int32": (-(2**20), 2**20),
    "int64": (-(2**20), 2**20),
    "bool": (0, 1),
}


@cache
def combinations(shape: str, data: str, dtype: str | None = None) -> list[Case]:
    """Return every combination of filter size, stride, padding and bias on images of one shape.

    Whole numbers are small enough for their sums to be exact in float16.
    """
    if dtype is not None:
        return [case.cast(dtype) for case in combinations(shape, data)]
    found = []
    image = ONE_OF_EACH_RANK[shape]
    channels = image[-1:] if len(image) > 2 else ()
    for size, options, bias in product((1, 3, 5, 7), OPTIONS, (False, True)):
        name = f"all-{shape}-{data}-3@{size}-{'-'.join(map(str, options.values()))}-{bias}"

        def draw(part: str, *of: int, limit: int = 4, name: str = name) -> Array:
            if data == "real":  # of 28 bits: their products are rounded, and cheap to know
                return np.round(reals(f"{name}-{part}", *of) * 2**26) / 2**26
            return integers(f"{name}-{part}", *of, low=-limit, high=limit)

        arguments = {
            "image": draw("image", *image),
            "filters": draw("filters", 3, size, size, *channels),
            **({"bias": draw("bias", 3, limit=99)} if bias else {}),
            **options,
        }
        found.append(Case(f"conv2d/{name}", "conv2d", arguments))
    return found


@requirement("CONV-35")
@pytest.mark.parametrize("data", ["whole", "real"])
@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        *product(ONE_OF_EACH_RANK, ("float64", "float32", "float16")),
    ],
)
def test_every_combination(judge: Judge, shape: str, dtype: str, data: str) -> None:
    judge.in_turn(judge.correct, combinations(shape, data, dtype))


def _is_plain(case: Case) -> bool:
    """Return whether a case has one of the options that are tried with every mixture of dtypes."""
    size, stride = case.arguments["filters"].shape[1], case.arguments.get("stride", 1)
    return bool(size <= 3 or (size <= 5 and stride == 1))


@cache
def on_integers(shape: str, dtype: str) -> list[Case]:
    """Return every combination on images of an integer dtype, under filters of halves."""
    low, high = RANGES[dtype]
    cases = []
    for case in combinations(shape, "whole"):
        if not _is_plain(case):
            continue
        drawn_image = integers(f"{case.id}-{dtype}", *ONE_OF_EACH_RANK[shape], low=low, high=high)
        halves = {"filters": case.arguments["filters"] / 2}
        if "bias" in case.arguments:
            halves["bias"] = case.arguments["bias"] / 2
        typed_case = changed(case, dtype, image=drawn_image.astype(dtype), **halves)
        cases.append(replace(typed_case, may_refuse=True))
    return cases


@requirement("CONV-35")
@pytest.mark.parametrize("dtype", RANGES)
@pytest.mark.parametrize("shape", ONE_OF_EACH_RANK)
def test_every_combination_on_integer_images(judge: Judge, shape: str, dtype: str) -> None:
    judge.in_turn(judge.correct, on_integers(shape, dtype))


def _as(dtype: str, values: Array) -> Array:
    """Return real numbers in a dtype: whole ones rounded, those of bytes without a sign."""
    if dtype == "uint8":
        values = np.abs(values)
    return (values if dtype.startswith("float") else np.round(values)).astype(dtype)


@cache
def mixed(shape: str, image: str, filters: str, bias: str) -> list[Case]:
    """Return every combination with arguments of different dtypes."""
    dtypes = {"image": image, "filters": filters, "bias": bias}
    cases = []
    for case in combinations(shape, "real"):
        if not _is_plain(case):
            continue
        arguments = {
            name: _as(dtypes[name], value) if name in dtypes else value
            for name, value in case.arguments.items()
        }
        name = f"{case.id}-{image}-{filters}-{bias}"
        cases.append(replace(case, id=name, arguments=arguments, dtype="float64", may_refuse=True))
    return cases


@requirement("CONV-35")
@pytest.mark.parametrize(
    ("image", "filters", "bias"),
    [
        ("float32", "float64", "float64"),
        ("float64", "float32", "float64"),
        ("float64", "float64", "float32"),
        ("float32", "float32", "float64"),
        ("float64", "float64", "int64"),
        ("float32", "float32", "int64"),
        ("int64", "int64", "float64"),
        ("uint8", "int64", "float64"),
    ],
)
@pytest.mark.parametrize("shape", ONE_OF_EACH_RANK)
def test_mixed_dtypes(judge: Judge, shape: str, image: str, filters: str, bias: str) -> None:
    judge.in_turn(judge.correct, mixed(shape, image, filters, bias))


@requirement("CONV-35")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_options_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group))


# --- options for each axis, and of few --------------------------------------------------------


def shown(options: dict[str, Any]) -> str:
    """Return options as part of a case's id."""
    said = "-".join(f"{name}-{value}" for name, value in options.items())
    return said.translate(str.maketrans(",", ".", "() "))


def optional(
    image: tuple[int, ...], count: int, size: int | tuple[int, int], **options: Any
) -> Case:
    """Return a convolution of integers whose id says its shapes and options."""
    sides = size if isinstance(size, int) else f"{size[0]}x{size[1]}"
    name = f"{'x'.join(map(str, image))}-{count}@{sides}-{shown(options)}"
    return conv2d_case(name, image, count, size, **options)


def scipys(case: Case) -> Array:
    """Return the maps of one image that SciPy's correlation gives: padded, dilated, in groups."""
    given = case.arguments
    image, filters = given["image"], given["filters"]
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    groups, seen = given.get("groups", 1), filters.shape[-1]
    per_axis = [
        (value, value) if isinstance(value, int) else value
        for value in (given.get("stride", 1), given.get("dilation", 1), given.get("padding", 0))
    ]
    (down, right), (apart, beside), zeros = per_axis
    sides = [(side, side) if isinstance(side, int) else side for side in zeros]
    image = np.pad(image, (*sides, (0, 0)))
    count, rows, columns, _ = filters.shape
    spread = np.zeros((count, (rows - 1) * apart + 1, (columns - 1) * beside + 1, seen))
    spread[:, ::apart, ::beside] = filters
    maps = []
    for number, kernel in enumerate(spread):
        first = number // (count // groups) * seen
        own = image[..., first : first + seen]
        whole = correlated(own, kernel)[..., 0]
        maps.append(whole[::down, ::right])
    return np.stack(maps, axis=-1)


STRIDED_BY_AXES = [
    optional(image, count, size, stride=stride)
    for image, count, size, stride in (
        ((7, 8), 2, 3, (2, 1)),
        ((7, 8), 2, 3, (1, 2)),
        ((9, 12), 1, 3, (2, 3)),
        ((12, 9), 3, 3, (3, 2)),
        ((8, 8), 2, 3, (1, 4)),
        ((8, 8), 2, 3, (4, 1)),
        ((10, 7), 2, 5, (2, 2)),
        ((6, 9), 2, 1, (3, 2)),
        ((5, 11), 2, 1, (1, 5)),
        ((9, 8, 2), 3, 3, (3, 1)),
        ((8, 9, 3), 2, 3, (1, 3)),
        ((11, 13, 2), 2, 5, (2, 4)),
        ((2, 8, 9, 2), 3, 3, (2, 3)),
        ((3, 9, 7, 1), 2, 3, (5, 1)),
        ((4, 6, 2), 2, 3, (7, 2)),
    )
]


@requirement("CONV-39")
@by_hand("CONV-39")
def test_stride_for_each_axis_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-39")
@each(STRIDED_BY_AXES)
def test_windows_start_every_stride_of_their_axis(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-39")
@each([case for case in STRIDED_BY_AXES if case.arguments["image"].ndim < 4])
def test_strides_of_axes_agree_with_scipy(judge: Judge, case: Case) -> None:
    judge.equals(case, lambda: scipys(case))


DILATED = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((7, 8), 2, 3, {"dilation": 2}),
        ((5, 5), 1, 3, {"dilation": 2}),
        ((8, 10), 2, 3, {"dilation": 3}),
        ((13, 9), 2, 3, {"dilation": 4}),
        ((10, 9), 2, 5, {"dilation": 2}),
        ((6, 5), 2, 1, {"dilation": 3}),
        ((13, 14), 1, 7, {"dilation": 2}),
        ((8, 7, 2), 3, 3, {"dilation": 2}),
        ((9, 11, 3), 2, 3, {"dilation": 3, "bias": True}),
        ((2, 7, 8, 2), 3, 3, {"dilation": 2}),
        ((3, 8, 7, 1), 2, 3, {"dilation": 3, "bias": True}),
        ((9, 12), 2, 3, {"dilation": 2, "stride": 2}),
        ((11, 10, 2), 2, 3, {"dilation": 2, "stride": 3, "bias": True}),
        ((12, 13), 2, 3, {"dilation": 3, "stride": 2}),
        ((9, 9), 2, 1, {"dilation": 2, "stride": 2}),
        ((2, 9, 8, 3), 2, 3, {"dilation": 2, "stride": 2, "bias": True}),
        ((19, 20), 2, 3, {"dilation": 8}),
        ((33, 35), 1, 3, {"dilation": 16}),
    )
]

DILATED_BY_AXES = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((6, 8), 2, 3, {"dilation": (1, 2)}),
        ((8, 6), 2, 3, {"dilation": (2, 1)}),
        ((9, 10), 2, 3, {"dilation": (2, 3)}),
        ((10, 9), 1, 3, {"dilation": (3, 2)}),
        ((8, 12), 2, 3, {"dilation": (1, 4)}),
        ((12, 8), 3, 3, {"dilation": (5, 1)}),
        ((10, 14, 2), 2, 5, {"dilation": (2, 3)}),
        ((9, 8, 3), 3, 3, {"dilation": (3, 1), "bias": True}),
        ((2, 8, 9, 2), 2, 3, {"dilation": (1, 3)}),
        ((9, 12), 2, 3, {"dilation": (1, 3), "stride": 2}),
        ((12, 10), 2, 3, {"dilation": (3, 2), "stride": (2, 3)}),
        ((11, 13, 2), 2, 3, {"dilation": (2, 3), "stride": (3, 2), "bias": True}),
        ((2, 12, 9, 2), 2, 3, {"dilation": (4, 2), "stride": (1, 2)}),
    )
]


@requirement("CONV-40")
@by_hand("CONV-40")
def test_dilation_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-40")
@each([*DILATED, *DILATED_BY_AXES])
def test_weights_meet_pixels_that_are_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-40")
@each([case for case in (*DILATED, *DILATED_BY_AXES) if case.arguments["image"].ndim < 4])
def test_dilation_agrees_with_scipy(judge: Judge, case: Case) -> None:
    without = {n: v for n, v in case.arguments.items() if n != "bias"}
    case = replace(case, id=f"{case.id}-scipy", arguments=without)
    judge.equals(case, lambda: scipys(case))


@requirement("CONV-40")
@each(
    optional(image, count, size, padding="same", **options)
    for image, count, size, options in (
        ((5, 6), 2, 3, {"dilation": 2}),
        ((7, 6), 2, 3, {"dilation": 3}),
        ((9, 8, 2), 2, 5, {"dilation": 2, "bias": True}),
        ((2, 6, 5, 2), 3, 3, {"dilation": 2}),
        ((4, 7), 2, 1, {"dilation": 3}),
        ((3, 3), 1, 3, {"dilation": 4}),
        ((6, 9), 2, 3, {"dilation": (1, 2)}),
        ((9, 6), 2, 3, {"dilation": (3, 1)}),
        ((7, 8, 3), 2, 5, {"dilation": (2, 3), "bias": True}),
        ((2, 8, 7, 2), 2, 3, {"dilation": (2, 4)}),
    )
)
def test_same_keeps_the_size_under_dilated_filters(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: Padding of every kind: all sides different, the same at the top and on the left only, none at
#: one side, and more than the filter is wide.
PADDED = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((4, 5), 2, 3, {"padding": 1}),
        ((5, 4), 2, 3, {"padding": 2}),
        ((4, 5), 1, 3, {"padding": 0}),
        ((3, 2), 2, 3, {"padding": 3}),
        ((4, 6), 2, 1, {"padding": 1}),
        ((6, 5), 2, 5, {"padding": 1}),
        ((4, 3, 2), 2, 3, {"padding": 1, "bias": True}),
        ((2, 4, 5, 2), 3, 3, {"padding": 2, "bias": True}),
        ((2, 2), 2, 3, {"padding": 1}),
        ((1, 1), 1, 3, {"padding": 1}),
        ((5, 6), 2, 3, {"padding": 9}),
        ((7, 8), 2, 3, {"padding": 1, "stride": 2}),
        ((8, 7), 2, 3, {"padding": 1, "stride": 3}),
        ((8, 9, 2), 2, 5, {"padding": 2, "stride": 2, "bias": True}),
        ((2, 7, 6, 3), 2, 3, {"padding": 1, "stride": 2}),
        ((6, 7), 2, 1, {"padding": 2, "stride": 2}),
    )
]

PADDED_BY_AXES = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((4, 5), 2, 3, {"padding": (1, 2)}),
        ((5, 4), 2, 3, {"padding": (2, 1)}),
        ((4, 5), 2, 3, {"padding": (0, 1)}),
        ((5, 4), 2, 3, {"padding": (3, 0)}),
        ((5, 5), 1, 3, {"padding": (2, 2)}),
        ((4, 6, 2), 2, 3, {"padding": (0, 3), "bias": True}),
        ((2, 5, 4, 2), 3, 5, {"padding": (2, 1)}),
        ((7, 9), 2, 3, {"padding": (1, 0), "stride": 2}),
        ((8, 7, 3), 2, 3, {"padding": (2, 1), "stride": 3, "bias": True}),
        ((3, 4), 2, 3, {"padding": (0, 8)}),
    )
]

PADDED_BY_SIDES = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((4, 5), 2, 3, {"padding": ((1, 2), (3, 4))}),
        ((5, 4), 2, 3, {"padding": ((4, 3), (2, 1))}),
        ((4, 5), 2, 3, {"padding": ((1, 0), (0, 0))}),
        ((4, 5), 2, 3, {"padding": ((0, 1), (0, 0))}),
        ((4, 5), 2, 3, {"padding": ((0, 0), (1, 0))}),
        ((4, 5), 2, 3, {"padding": ((0, 0), (0, 1))}),
        ((4, 5), 2, 3, {"padding": ((1, 2), (1, 2))}),
        ((5, 4), 2, 3, {"padding": ((1, 3), (1, 0))}),
        ((5, 4), 1, 3, {"padding": ((2, 2), (1, 1))}),
        ((3, 6), 2, 3, {"padding": ((0, 7), (8, 0))}),
        ((4, 4), 2, 1, {"padding": ((1, 0), (0, 2))}),
        ((6, 5), 2, 5, {"padding": ((3, 1), (0, 2))}),
        ((4, 5, 2), 2, 3, {"padding": ((0, 2), (1, 0)), "bias": True}),
        ((4, 3, 3), 3, 3, {"padding": ((2, 0), (1, 3))}),
        ((2, 4, 5, 2), 2, 3, {"padding": ((1, 2), (0, 3)), "bias": True}),
        ((7, 8), 2, 3, {"padding": ((1, 0), (0, 1)), "stride": 2}),
        ((7, 8), 2, 3, {"padding": ((0, 1), (1, 0)), "stride": 2}),
        ((8, 9), 2, 3, {"padding": ((2, 1), (1, 3)), "stride": 3}),
        ((7, 6, 2), 2, 3, {"padding": ((1, 2), (2, 0)), "stride": (2, 3), "bias": True}),
        ((6, 7), 2, 3, {"padding": ((2, 1), (3, 0)), "dilation": 2}),
        ((5, 6, 2), 2, 3, {"padding": ((3, 2), (1, 4)), "dilation": (2, 3), "stride": (1, 2)}),
        ((2, 6, 5, 2), 2, 3, {"padding": ((1, 3), (4, 2)), "dilation": 3, "stride": 2}),
    )
]


@requirement("CONV-41")
@by_hand("CONV-41")
def test_padding_by_numbers_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-41")
@each([*PADDED, *PADDED_BY_AXES, *PADDED_BY_SIDES])
def test_zeros_stand_where_they_are_put(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-41")
@each(
    case
    for case in (*PADDED, *PADDED_BY_AXES, *PADDED_BY_SIDES)
    if case.arguments["image"].ndim < 4 and "bias" not in case.arguments
)
def test_padding_agrees_with_scipy(judge: Judge, case: Case) -> None:
    judge.equals(case, lambda: scipys(case))


@requirement("CONV-41")
@each(
    changed(case, "of-ones", image=np.ones_like(case.arguments["image"]))
    for case in (PADDED[0], PADDED[7], PADDED_BY_AXES[0], PADDED_BY_SIDES[0], PADDED_BY_SIDES[16])
)
def test_the_border_is_of_zeros(judge: Judge, case: Case) -> None:
    judge.correct(case)


#: Groups with one map and with several, of one channel and of several, as many as the channels.
GROUPED = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((5, 6, 4), 4, 3, {"groups": 2}),
        ((6, 5, 4), 2, 3, {"groups": 2}),
        ((5, 5, 2), 6, 3, {"groups": 2}),
        ((5, 6, 6), 6, 3, {"groups": 3}),
        ((6, 5, 6), 4, 3, {"groups": 2}),
        ((5, 6, 6), 9, 3, {"groups": 3, "bias": True}),
        ((4, 5, 12), 8, 3, {"groups": 4}),
        ((4, 5, 8), 6, 1, {"groups": 2, "bias": True}),
        ((7, 6, 4), 6, 5, {"groups": 2}),
        ((2, 5, 6, 4), 6, 3, {"groups": 2, "bias": True}),
        ((3, 5, 5, 6), 3, 3, {"groups": 3}),
        ((8, 7, 4), 4, 3, {"groups": 2, "stride": 2}),
        ((5, 4, 6), 4, 3, {"groups": 2, "padding": "same", "bias": True}),
        ((2, 7, 8, 6), 6, 3, {"groups": 3, "stride": 2}),
        # depthwise, with one map of each channel and with several
        ((5, 6, 3), 3, 3, {"groups": 3}),
        ((5, 6, 2), 2, 3, {"groups": 2, "bias": True}),
        ((5, 5, 5), 5, 3, {"groups": 5}),
        ((6, 5, 4), 8, 3, {"groups": 4}),
        ((5, 6, 3), 6, 3, {"groups": 3, "bias": True}),
        ((4, 5, 3), 9, 1, {"groups": 3}),
        ((7, 8, 3), 3, 5, {"groups": 3, "stride": 2}),
        ((4, 5, 4), 4, 3, {"groups": 4, "padding": "same"}),
        ((2, 6, 5, 3), 3, 3, {"groups": 3, "bias": True}),
        ((2, 5, 6, 3), 6, 3, {"groups": 3, "padding": "same"}),
        ((3, 3, 3), 3, 3, {"groups": 3}),
        ((1, 2, 3, 3), 3, 1, {"groups": 3}),
        # one group, by name
        ((5, 6, 3), 2, 3, {"groups": 1}),
        ((5, 6), 2, 3, {"groups": 1}),
        # with options of other kinds
        ((7, 6, 4), 4, 3, {"groups": 2, "dilation": 2}),
        ((9, 8, 3), 6, 3, {"groups": 3, "dilation": 2, "stride": 2}),
        ((5, 6, 4), 6, 3, {"groups": 2, "padding": 1, "stride": 2, "bias": True}),
        ((6, 5, 3), 3, 3, {"groups": 3, "padding": ((1, 2), (0, 1)), "dilation": 2}),
        ((2, 7, 6, 4), 8, 3, {"groups": 4, "stride": (2, 1), "padding": (1, 2)}),
        ((2, 9, 8, 6), 6, 3, {"groups": 3, "dilation": (1, 3), "stride": (2, 1)}),
    )
]


@requirement("CONV-42")
@by_hand("CONV-42")
def test_groups_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("CONV-42")
@each(GROUPED)
def test_maps_see_their_own_group(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-42")
@each(
    case
    for case in GROUPED
    if case.arguments["image"].ndim < 4
    and "bias" not in case.arguments
    and case.arguments.get("padding") != "same"
)
def test_groups_agree_with_scipy(judge: Judge, case: Case) -> None:
    judge.equals(case, lambda: scipys(case))


#: More rows, columns and channels than tiles and vectors hold, with dilated filters and borders.
LARGE_BY_OPTIONS = [
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((37, 41), 2, 3, {"dilation": 2}),
        ((41, 70), 2, 3, {"dilation": 4}),
        ((70, 39, 2), 1, 3, {"dilation": 8, "bias": True}),
        ((40, 69), 2, 5, {"dilation": 5}),
        ((67, 35), 2, 3, {"dilation": 3, "stride": 2}),
        ((7, 140), 2, 3, {"dilation": 2}),
        ((141, 8), 2, 3, {"dilation": (3, 1)}),
        ((36, 133), 1, 3, {"dilation": (1, 9)}),
        ((8, 9, 35), 3, 3, {"dilation": 2}),
        ((8, 9, 2), 35, 3, {"dilation": 2, "bias": True}),
        ((35, 7, 8, 2), 2, 3, {"dilation": 2}),
        ((33, 34), 2, 3, {"padding": 1}),
        ((66, 37, 2), 2, 5, {"padding": 2}),
        ((131, 6), 2, 3, {"padding": 1}),
        ((5, 133), 2, 3, {"padding": 1, "bias": True}),
        ((30, 31), 2, 3, {"padding": 7}),
        ((19, 33), 1, 3, {"padding": (8, 17)}),
        ((34, 33), 2, 3, {"padding": ((1, 9), (16, 0))}),
        ((64, 65), 1, 7, {"padding": 3, "stride": 2}),
        ((35, 66, 2), 2, 3, {"padding": 1, "stride": 2, "bias": True}),
        ((20, 3, 4, 17), 3, 3, {"padding": 1}),
        ((35, 36), 2, 3, {"padding": "same", "dilation": 4}),
        ((33, 70, 2), 2, 3, {"padding": 6, "dilation": 6}),
        ((37, 68), 1, 3, {"padding": ((5, 2), (3, 6)), "dilation": (4, 3), "stride": (2, 3)}),
        ((6, 7, 33), 33, 3, {"groups": 33}),
        ((5, 6, 65), 65, 3, {"groups": 65, "bias": True}),
        ((3, 4, 130), 130, 3, {"groups": 130, "padding": 1}),
        ((5, 6, 16), 32, 3, {"groups": 16}),
        ((5, 4, 34), 34, 3, {"groups": 2}),
        ((4, 5, 36), 24, 3, {"groups": 12, "bias": True}),
        ((40, 37, 3), 3, 3, {"groups": 3}),
        ((35, 66, 4), 4, 5, {"groups": 4, "padding": 2, "stride": 2}),
        ((33, 40, 4), 4, 3, {"groups": 4, "dilation": 3}),
        ((3, 12, 20, 9), 9, 3, {"groups": 9, "padding": 1}),
        ((6, 5, 17), 17, 1, {"groups": 17, "stride": 2}),
        ((34, 66), 2, 3, {"stride": (1, 2)}),
        ((67, 35, 2), 2, 3, {"stride": (3, 1), "bias": True}),
        ((140, 9), 2, 1, {"stride": (2, 3)}),
    )
]


@requirement("CONV-43")
@each_group(with_float32(LARGE_BY_OPTIONS))
def test_large_shapes_with_options(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def around_by_options(size: int) -> dict[str, Case]:
    """Return convolutions of which one dimension, or a map's, is about as large as a tile."""
    shapes: dict[str, tuple[tuple[int, ...], int, dict[str, Any]]] = {
        "rows-padded": ((size, 4), 2, {"padding": 1}),
        "columns-padded": ((3, size, 2), 2, {"padding": 1, "bias": True}),
        "columns-padded-stride-2": ((4, size), 2, {"padding": 1, "stride": 2}),
        "columns-by-sides": ((3, size), 2, {"padding": ((0, 1), (2, 5))}),
        "rows-dilated": ((size + 4, 5), 2, {"dilation": 2}),
        "columns-dilated": ((5, size + 4, 2), 1, {"dilation": 2, "bias": True}),
        "columns-dilated-padded": ((5, size), 2, {"dilation": 3, "padding": 3}),
        "channels-dilated": ((5, 6, size), 2, {"dilation": 2}),
        "depthwise": ((4, 5, size), size, {"groups": size}),
        "depthwise-padded": ((3, 4, size), size, {"groups": size, "padding": 1, "bias": True}),
        "columns-depthwise": ((3, size + 2, 3), 3, {"groups": 3, "bias": True}),
        "images-depthwise": ((size, 3, 4, 2), 2, {"groups": 2, "padding": 1}),
        "groups-of-two": ((3, 4, 2 * size), 2 * size, {"groups": size}),
        "columns-strided": ((4, size + 2), 2, {"stride": (1, 2)}),
        "rows-strided": ((size + 2, 5), 2, {"stride": (3, 1)}),
    }
    return {
        name: conv2d_case(f"{size}-{name}", image, count, 3, **options)
        for name, (image, count, options) in shapes.items()
    }


@requirement("CONV-43")
@each_group(with_float32_by_name([around_by_options(size) for size in TILES]))
def test_sizes_around_tiles_with_options(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


@requirement("CONV-43")
@pytest.mark.parametrize(
    ("shape", "size", "options"),
    [
        ((7, 6), 3, {"dilation": 2}),
        ((5, 9), 3, {"dilation": (1, 3)}),
        ((3, 4), 3, {"padding": 1}),
        ((3, 4), 3, {"padding": ((1, 2), (3, 0))}),
        ((6, 7), 3, {"stride": (2, 1)}),
        ((5, 6), 3, {"padding": 1, "stride": 2}),
        ((6, 5), 3, {"padding": 2, "dilation": 2}),
    ],
    ids=["dilated", "by-axes", "padded", "by-sides", "strides", "padded-stride", "padded-dilated"],
)
def test_impulses_with_options(
    judge: Judge, shape: tuple[int, ...], size: int, options: dict[str, Any]
) -> None:
    named = f"{'-'.join(map(str, (*shape, size)))}-{shown(options)}"
    for place, (image, filters) in enumerate(impulses(shape, size)):
        arguments = {"image": image, "filters": filters, **options}
        judge.correct(Case(f"conv2d/impulse-{named}-at-{place}", "conv2d", arguments))


#: Depthwise sums are short, dilated windows far apart: each rounds as its own sum does.
@requirement("CONV-43")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each(
    conv2d_case(
        f"real-{spread}-{'x'.join(map(str, image))}-{count}@{size}-{shown(options)}",
        image,
        count,
        size,
        data=spread,
        **options,
    )
    for spread in ("normal", "cancelling")
    for image, count, size, options in (
        ((9, 10), 2, 3, {"dilation": 2}),
        ((7, 6, 8), 8, 3, {"groups": 8, "bias": True}),
        ((6, 7, 6), 4, 3, {"groups": 2}),
        ((6, 5, 3), 2, 3, {"padding": ((1, 2), (0, 3)), "bias": True}),
        ((9, 8, 4), 4, 3, {"groups": 4, "dilation": 2, "padding": 2, "stride": 2}),
    )
)
def test_rounds_no_more_than_it_must_with_options(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case if dtype == "float64" else case.cast(dtype))


# --- what options come to ---------------------------------------------------------------------


def _by_other_means(judge: Judge, case: Case, expected: Array, allowed: Any, why: str) -> None:
    """Check that a call gives what other calls give, as far as both may round."""
    got = judge.value(case)
    judge.same(case, got, expected, judge.allowed(case, got) + allowed, why)


def _with(case: Case, name: str, leaving_out: tuple[str, ...], **arguments: Any) -> Case:
    """Return a case with other arguments, and some left out."""
    kept = {key: value for key, value in case.arguments.items() if key not in leaving_out}
    return replace(case, id=f"{case.id}-{name}", arguments={**kept, **arguments})


RELATED: list[tuple[tuple[int, ...], int, int, dict[str, Any]]] = [
    ((9, 8), 2, 3, {}),
    ((8, 9, 2), 2, 3, {}),
    ((2, 9, 7, 2), 2, 3, {}),
    ((9, 8), 2, 1, {}),
    ((11, 9), 1, 5, {}),
]


@requirement("CONV-44")
@each(
    optional(image, count, size, dilation=dilation, **options)
    for image, count, size, options in RELATED
    for dilation in ((2, (1, 2)) if size > 1 else (3,))
)
def test_dilation_is_a_filter_with_zeros_between(judge: Judge, case: Case) -> None:
    filters, dilation = case.arguments["filters"], case.arguments["dilation"]
    down, right = (dilation, dilation) if isinstance(dilation, int) else dilation
    count, rows, columns, *channels = filters.shape
    side = max((rows - 1) * down, (columns - 1) * right) + 1
    if (rows - 1) * down != (columns - 1) * right:  # square ones have room for both
        side = side if side % 2 else side + 1
    spread = np.zeros((count, side, side, *channels))
    spread[:, : (rows - 1) * down + 1 : down, : (columns - 1) * right + 1 : right] = filters
    below, beyond = side - (rows - 1) * down - 1, side - (columns - 1) * right - 1
    image = case.arguments["image"]
    axis = 1 if image.ndim == 4 else 0
    margins = [(0, 0)] * image.ndim
    margins[axis], margins[axis + 1] = (0, below), (0, beyond)
    plain = _with(case, "spread", ("dilation",), filters=spread, image=np.pad(image, margins))
    expected = judge.value(plain)
    why = "not what a filter with zeros between its weights gives"
    _by_other_means(judge, case, expected, judge.allowed(plain, expected), why)


@requirement("CONV-44")
@each(
    optional(image, count, size, padding=padding, **options)
    for image, count, size, options in RELATED
    for padding in (1, (2, 1), ((1, 2), (0, 3)))
)
def test_padding_is_a_larger_image(judge: Judge, case: Case) -> None:
    image, padding = case.arguments["image"], case.arguments["padding"]
    above, beside = (padding, padding) if isinstance(padding, int) else padding
    axis = 1 if image.ndim == 4 else 0
    margins = [(0, 0)] * image.ndim
    for place, zeros in enumerate((above, beside)):
        margins[axis + place] = (zeros, zeros) if isinstance(zeros, int) else zeros
    plain = _with(case, "larger", ("padding",), image=np.pad(image, margins))
    expected = judge.value(plain)
    why = "not what the image with zeros around it gives"
    _by_other_means(judge, case, expected, judge.allowed(plain, expected), why)


@requirement("CONV-44")
@each(
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((6, 7, 3), 3, 3, {"groups": 3}),
        ((6, 5, 2), 6, 3, {"groups": 2}),
        ((5, 6, 6), 4, 3, {"groups": 2}),
        ((2, 5, 6, 4), 4, 3, {"groups": 4}),
        ((5, 6, 4), 4, 1, {"groups": 2}),
    )
)
def test_groups_are_convolutions_of_their_own(judge: Judge, case: Case) -> None:
    image, filters, groups = (case.arguments[name] for name in ("image", "filters", "groups"))
    seen, banks = filters.shape[-1], len(filters) // groups
    parts = [
        _with(
            case,
            f"group-{group}",
            ("groups",),
            image=image[..., group * seen : (group + 1) * seen].copy(),
            filters=filters[group * banks : (group + 1) * banks],
        )
        for group in range(groups)
    ]
    found = [judge.value(part) for part in parts]
    allowed = [judge.allowed(part, one) for part, one in zip(parts, found, strict=True)]
    expected = np.concatenate(found, axis=-1)
    why = "not what the groups give one by one"
    _by_other_means(judge, case, expected, np.concatenate(allowed, axis=-1), why)


@requirement("CONV-44")
@each(
    optional(image, count, size, stride=stride, **options)
    for image, count, size, options in RELATED
    for stride in ((2, 1), (1, 3))
)
def test_strides_pick_from_the_map_of_stride_1(judge: Judge, case: Case) -> None:
    down, right = case.arguments["stride"]
    whole = _with(case, "every", ("stride",))
    every = judge.value(whole)
    picked = (..., slice(None, None, down), slice(None, None, right), slice(None))
    allowed = judge.allowed(whole, every)[picked]
    why = "not every so many rows and columns of the map of stride 1"
    _by_other_means(judge, case, every[picked], allowed, why)


# --- "same" with a stride ---------------------------------------------------------------------

#: Sizes along an axis, strides and dilations, by the filter's size.
AXES = {
    1: ((6, 2, 1), (5, 2, 1), (7, 3, 1)),
    3: ((5, 2, 1), (6, 2, 1), (7, 3, 1), (6, 3, 1), (8, 2, 2), (7, 2, 2), (9, 4, 1)),
    5: ((7, 2, 1), (8, 2, 1), (9, 3, 1), (8, 3, 2)),
}


@cache
def same_with_a_stride(kind: str) -> list[Case]:
    """Return calls that share what lies along one axis, and differ in the other."""
    cases = []
    for size, axes in AXES.items():
        for (rows, down, apart), (columns, right, beside) in product(axes, repeat=2):
            if kind == "square" and (down, apart) != (right, beside):
                continue
            options: dict[str, Any] = {"stride": down, "dilation": apart}
            if kind == "by-axes":
                options = {"stride": (down, right), "dilation": (apart, beside)}
            if options["dilation"] in (1, (1, 1)):
                del options["dilation"]
            case = optional((rows, columns), 1, size, padding="same", **options)
            cases.append(replace(case, may_refuse=True))
    return cases


@requirement("CONV-45")
@pytest.mark.parametrize("kind", ["square", "by-axes"])
def test_same_with_a_stride_puts_zeros_by_each_axis(judge: Judge, kind: str) -> None:
    seen = Borders()

    def check(case: Case) -> None:
        got = judge.value(case)
        borders = seen.of(case, got, lambda padded: judge.answer(padded, got.dtype))
        judge.holds(case, borders, "no zeros around the image give this map", got)
        judge.holds(case, seen.agrees(case, borders), seen.complaint, got)

    judge.in_turn(check, same_with_a_stride(kind))


@requirement("CONV-46")
@pytest.mark.parametrize("kind", ["square", "by-axes"])
def test_same_with_a_stride_is_one_of_three(judge: Judge, kind: str) -> None:
    def check(case: Case) -> None:
        got = judge.value(case)
        borders = Borders().of(case, got, lambda padded: judge.answer(padded, got.dtype))
        known = customary(case) & {one.before for one in borders}
        judge.holds(case, known, "not ceil(H / s) rows, in any of the customary ways", got)

    judge.in_turn(check, same_with_a_stride(kind))


#: One call with each of the options: who takes none of them need not be asked for combinations.
EACH_OPTION = [DILATED[0], PADDED[0], PADDED_BY_AXES[0], STRIDED_BY_AXES[0], GROUPED[0]]


@requirement("CONV-47")
@pytest.mark.parametrize("group", WITH_OPTIONS_OF_AXES.groups)
def test_any_three_of_all_options_together(judge: Judge, group: str) -> None:
    judge.in_turn(judge.correct, EACH_OPTION)
    judge.combined(WITH_OPTIONS_OF_AXES.cases(group))


@requirement("CONV-48")
@pytest.mark.parametrize("group", OF_ANY_FILTERS.groups)
def test_any_three_of_all_options_under_any_filters(judge: Judge, group: str) -> None:
    judge.in_turn(judge.correct, EACH_OPTION)
    judge.combined(OF_ANY_FILTERS.cases(group))


@requirement("CONV-48")
@each(
    optional(image, count, size, **options)
    for image, count, size, options in (
        ((9, 8), 2, (3, 2), {"dilation": 2}),
        ((8, 10), 2, (2, 5), {"dilation": (3, 2)}),
        ((6, 7, 4), 4, (2, 3), {"groups": 2}),
        ((6, 7, 3), 3, (3, 1), {"groups": 3, "bias": True}),
        ((5, 6), 2, (2, 4), {"padding": 1}),
        ((5, 6), 2, (4, 2), {"padding": ((1, 2), (3, 0)), "stride": 2}),
        ((7, 9), 2, (5, 3), {"padding": "same", "dilation": 2}),
        ((9, 8), 2, (2, 3), {"stride": (2, 3)}),
        ((2, 8, 9, 2), 2, (3, 4), {"stride": (3, 1), "padding": (2, 1), "dilation": (1, 2)}),
    )
)
def test_options_under_filters_of_any_size(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- hygiene ---------------------------------------------------------------------------------

#: Sequences are of shapes that occur in no other test, so that nothing is remembered from there.
SEQUENCE = [conv2d_case(f"sequence-{turn}", (5, 14), 2, 3) for turn in range(3)]
SEQUENCES = {
    "gray": SEQUENCE,
    "same-filters": [
        changed(SEQUENCE[0], f"other-image-{turn}", image=integers(f"sf{turn}", 5, 14))
        for turn in range(3)
    ],
    "same-image": [
        changed(SEQUENCE[0], f"other-filters-{turn}", filters=integers(f"si{turn}", 2, 3, 3))
        for turn in range(3)
    ],
    "channels": [conv2d_case(f"sequence-rgb-{turn}", (4, 14, 3), 2, 3) for turn in range(3)],
    "batches": [conv2d_case(f"sequence-batch-{turn}", (2, 4, 14, 2), 3, 3) for turn in range(3)],
    "bias": [
        changed(
            conv2d_case("sequence-bias", (6, 14), 3, 3),
            f"other-bias-{turn}",
            bias=np.array([turn, 2.0, -turn]),
        )
        for turn in range(3)
    ],
    "same-padding": [
        conv2d_case(f"sequence-same-{turn}", (4, 13), 2, 3, padding="same") for turn in range(3)
    ],
    "strides": [
        conv2d_case(f"sequence-stride-{turn}", (7, 13), 2, 3, stride=2) for turn in range(3)
    ],
    "large": [conv2d_case(f"sequence-large-{turn}", (27, 23), 4, 3) for turn in range(3)],
    "float32": [
        conv2d_case(f"sequence-float32-{turn}", (5, 15), 2, 3).cast("float32") for turn in range(3)
    ],
    "narrow-first": [
        conv2d_case("sequence-narrow", (5, 16), 2, 3, data="normal", padding="same").cast(dtype)
        for dtype in ("float32", "float64")
    ],
    "wide-first": [
        conv2d_case("sequence-wide", (5, 17), 2, 3, data="normal", padding="same").cast(dtype)
        for dtype in ("float64", "float32")
    ],
    "no-bias-between": [
        conv2d_case("sequence-with-bias", (6, 15), 3, 3, bias=True),
        conv2d_case("sequence-without-bias", (6, 15), 3, 3),
    ],
    "shapes": [
        conv2d_case("sequence-shapes-0", (6, 13), 2, 3),
        conv2d_case("sequence-shapes-1", (5, 13), 3, 3),
        conv2d_case("sequence-shapes-2", (8, 13), 2, 5),
    ],
    "dilated": [
        conv2d_case(f"sequence-dilated-{turn}", (7, 14), 2, 3, dilation=2) for turn in range(3)
    ],
    "padded": [
        conv2d_case(f"sequence-padded-{turn}", (5, 13), 2, 3, padding=2) for turn in range(3)
    ],
    "borders": [
        conv2d_case(f"sequence-borders-{turn}", image, 2, 3, padding=padding)
        for turn, (image, padding) in enumerate(
            (
                ((6, 13), ((1, 1), (1, 1))),
                ((5, 12), ((2, 1), (0, 3))),
                ((6, 13), ((0, 2), (2, 0))),
                ((4, 11), ((3, 1), (1, 3))),
            )
        )
    ],
    "depthwise": [
        conv2d_case(f"sequence-depthwise-{turn}", (5, 14, 3), 3, 3, groups=3) for turn in range(3)
    ],
    "strides-of-axes": [
        conv2d_case(f"sequence-strides-{turn}", (7, 12), 2, 3, stride=stride)
        for turn, stride in enumerate(((2, 1), (1, 2), (2, 3)))
    ],
    "reshaped": [
        changed(
            conv2d_case("sequence-reshaped", (5, 18), 2, 3),
            "x".join(map(str, shape)),
            image=integers("reshaped", 90).reshape(shape),
        )
        for shape in ((5, 18), (18, 5), (9, 10))
    ],
}

_GRAY = conv2d_case("state", (6, 19), 2, 3, bias=True, data="normal")
_COLOUR = conv2d_case("state-colour", (5, 7, 3), 2, 3, bias=True, data="normal")
_BATCH = conv2d_case("state-batch", (2, 5, 9, 2), 3, 3, bias=True, data="normal")
_FLAT = conv2d_case("state-axes", (5, 21), 2, 3)
_OPTIONS: list[dict[str, Any]] = [
    {"stride": 2},
    {"padding": "same"},
    {"bias": None},
    {"stride": 3, "bias": None},
    {"padding": "same", "bias": None},
]

_NARROW: list[tuple[str, tuple[int, ...], dict[str, Any], tuple[str, ...]]] = [
    ("gray", (5, 28), {}, ()),
    ("batch", (2, 5, 11, 2), {"stride": 2}, ()),
    ("half", (5, 29), {}, ("float16", "float32", "float64")),
]

#: Runs of calls on the same arrays, the same bytes or the same shapes, in which something differs
#: that a memory may have left out.
STATES = {
    **{
        f"options-{name}": [case, *with_options(case, *_OPTIONS)]
        for name, case in (("gray", _GRAY), ("colour", _COLOUR), ("batch", _BATCH))
    },
    **{
        f"{option}-{name}": [case, *with_options(case, *({option: one} for one in values))]
        for name, case in (("gray", _GRAY), ("colour", _COLOUR), ("batch", _BATCH))
        for option, values in (
            ("dilation", (2, 1)),
            ("padding", (1, 2, 0)),
            ("stride", ((2, 1), (1, 2))),
        )
    },
    "groups": [
        conv2d_case("state-groups", (5, 7, 4), 4, 3, groups=2, bias=True),
        conv2d_case("state-depthwise", (5, 7, 4), 4, 3, groups=4, bias=True),
        conv2d_case("state-one-group", (5, 7, 4), 4, 3, groups=1, bias=True),
    ],
    "axes": [
        changed(
            _FLAT,
            "x".join(map(str, shape)),
            image=_FLAT.arguments["image"].reshape(shape),
            filters=_FLAT.arguments["filters"].reshape(2, 3, 3, *channels),
        )
        for shape, channels in (((5, 21), ()), ((5, 21, 1), (1,)), ((1, 5, 21, 1), (1,)))
    ],
    "same-bytes": same_bytes(conv2d_case("state-bytes", (5, 22), 2, 3), "image"),
    "same-bytes-1x1": same_bytes(conv2d_case("state-bytes", (5, 23), 2, 1), "image"),
    **{
        f"integers-first-{name}": whole_first(
            conv2d_case(f"state-integers-{name}", image, 2, 3, data="normal", **options), part
        )
        for name, image, part, options in (
            ("gray", (5, 24), "image", {}),
            ("colour", (5, 8, 2), "image", {"stride": 2}),
            ("padded", (5, 25), "image", {"padding": "same"}),
            ("filters", (5, 26), "filters", {}),
            ("bias", (5, 27), "bias", {"bias": True}),
        )
    },
    **{
        f"narrow-first-{name}": widening(
            conv2d_case(f"state-narrow-{name}", image, 2, 3, data="normal", **options),
            *dtypes,
        )
        for name, image, options, dtypes in _NARROW
    },
}

#: Calls that are made twice, of sizes that occur in no other test: what is prepared in the first
#: may be read wrongly in the second.
TWICE = [
    conv2d_case(f"twice-{'x'.join(map(str, image))}-{size}-{step}", image, 3, size, **options)
    for image in ((7, 31), (8, 32), (6, 31, 3), (7, 33, 4), (2, 5, 31, 2), (3, 6, 7, 5))
    for size in (1, 3)
    for step, options in (("plain", {}), ("stride", {"stride": 2}), ("same", {"padding": "same"}))
]
TWICE += [
    conv2d_case(f"twice-{name}", image, count, 3, **options)
    for name, image, count, options in (
        ("dilated", (8, 33), 2, {"dilation": 2}),
        ("dilated-batch", (2, 7, 31, 2), 3, {"dilation": (1, 3)}),
        ("padded", (6, 34), 2, {"padding": 2}),
        ("padded-batch", (2, 5, 32, 2), 3, {"padding": ((1, 0), (0, 2))}),
        ("depthwise", (5, 31, 6), 6, {"groups": 6}),
        ("groups", (2, 5, 32, 6), 4, {"groups": 2}),
    )
]


in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())


HYGIENE = [
    conv2d_case("hygiene-1x1", (4, 5), 2, 1),
    conv2d_case("hygiene-real", (12, 13), 20, 3, bias=True, data="normal"),
    *(
        conv2d_case(
            f"hygiene-{shape}-{'-'.join(map(str, options.values()))}-{bias}",
            ONE_OF_EACH_RANK[shape],
            3,
            3,
            bias=bias,
            **options,
        )
        for shape in ONE_OF_EACH_RANK
        for options in ({}, {"stride": 2}, {"padding": "same"})
        for bias in (False, True)
    ),
    conv2d_case("hygiene-dilated", (9, 8, 2), 3, 3, dilation=2, stride=2, bias=True),
    conv2d_case("hygiene-padded", (2, 6, 7, 2), 3, 3, padding=1, stride=2, bias=True),
    conv2d_case("hygiene-padded-by-sides", (6, 7), 2, 3, padding=((1, 2), (0, 3))),
    conv2d_case("hygiene-depthwise", (6, 7, 3), 6, 3, groups=3, bias=True),
    conv2d_case("hygiene-groups", (2, 6, 7, 4), 4, 3, groups=2, stride=(2, 1)),
]


@requirement("CONV-09")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-17")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("CONV-18")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("CONV-18")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("CONV-18")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("CONV-18")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("CONV-18")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("CONV-18")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("CONV-19")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("CONV-19")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(conv2d_case("many", (4, 5), 2, 3), "image"),
        long_run(conv2d_case("many-padded", (2, 3, 4, 2), 2, 3, padding="same"), "image"),
        long_run(conv2d_case("many-strided", (5, 5, 2), 2, 1, stride=2).cast("float32"), "image"),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("CONV-19")
def test_huge_results_stay(judge: Judge) -> None:
    judge.keeps_results(HUGE, times=1)


@requirement("CONV-20")
@pytest.mark.parametrize(
    "layout",
    ["fortran", "first-fortran", "strided", "rest-strided", "channels-first", "read-only"],
)
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE[::4])])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


MEMORY = [
    *HYGIENE[:3],
    *HYGIENE[9::4],
    changed(HYGIENE[4], "int16", image=integers("int16", 6, 7, low=-999, high=999).astype("int16")),
    conv2d_case("memory", (5, 6, 2), 3, 3, bias=True),
    conv2d_case("memory-batch", (2, 5, 4, 2), 2, 3, bias=True, padding="same"),
]


@requirement("CONV-20")
@each_layout(MEMORY)
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("CONV-20")
@each_shared(MEMORY[-2:])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("CONV-21")
@each(HYGIENE)
def test_reversed_memory_is_accepted(judge: Judge, case: Case) -> None:
    judge.ignores_layout(case, "reversed")


# --- what it refuses -------------------------------------------------------------------------


def bad(name: str, image: tuple[int, ...], filters: tuple[int, ...], **options: Any) -> Case:
    """Return a call that must be refused."""
    arguments = {
        "image": integers(f"bad-{name}-image", *image),
        "filters": integers(f"bad-{name}-filters", *filters),
    }
    return Case(f"conv2d/bad-{name}", "conv2d", {**arguments, **options})


def in_every_way(case: Case) -> list[Case]:
    """Return a bad call with every option, as far as it does not set them itself."""
    count = len(case.arguments["filters"])
    options: list[dict[str, Any]] = [
        {},
        {"bias": np.ones(count)},
        {"stride": 2},
        {"stride": 3, "bias": np.ones(count)},
        {"padding": "same"},
        {"padding": "same", "bias": np.ones(count)},
    ]
    found = []
    for number, more in enumerate(options):
        ours = {**more, **case.arguments}
        conflicting = ours.get("padding") == "same" and "stride" in ours
        if not conflicting and (not more or ours.keys() > case.arguments.keys()):
            found.append(replace(case, id=f"{case.id}-{number}", arguments=ours))
    return found + [_typed(case, dtype) for dtype in ("float32", "float16", "uint8", "int64")]


def _typed(case: Case, dtype: str) -> Case:
    """Return a bad call in another dtype; an integer image meets parameters of real numbers."""
    if dtype.startswith("float"):
        return case.cast(dtype)
    image = np.abs(case.arguments["image"]).astype(dtype)
    arguments = {**case.arguments, "image": image}
    if "bias" in arguments:
        arguments["bias"] = arguments["bias"].astype(np.int64)
    return replace(case, id=f"{case.id}-{dtype}", arguments=arguments)


MISMATCHED = [
    bad("channels-3-1", (5, 6, 3), (2, 3, 3, 1)),
    bad("channels-3-2", (5, 6, 3), (2, 3, 3, 2)),
    bad("channels-3-4", (5, 6, 3), (2, 3, 3, 4)),
    bad("channels-1-3", (5, 6, 1), (2, 3, 3, 3)),
    bad("channels-2-3", (6, 5, 2), (2, 3, 3, 3)),
    bad("channels-2-1", (6, 5, 2), (1, 3, 3, 1)),
    bad("channels-4-1", (6, 5, 4), (4, 1, 1, 1)),
    bad("channels-3-1-1x1", (5, 6, 3), (2, 1, 1, 1)),
    bad("channels-1-3-1x1", (5, 6, 1), (3, 1, 1, 3)),
    bad("channels-5-4-5x5", (6, 7, 5), (2, 5, 5, 4)),
    bad("gray-3", (5, 6), (2, 3, 3, 3)),
    bad("gray-2", (5, 6), (2, 3, 3, 2)),
    bad("gray-6", (5, 6), (2, 3, 3, 6)),
    bad("batch-3-1", (2, 5, 6, 3), (2, 3, 3, 1)),
    bad("batch-1-3", (2, 5, 6, 1), (2, 3, 3, 3)),
    bad("batch-2-3", (3, 5, 6, 2), (2, 3, 3, 3)),
    bad("channels-4-2", (5, 6, 4), (2, 3, 3, 2)),
    bad("channels-2-4", (5, 6, 2), (2, 3, 3, 4)),
    bad("channels-6-3", (5, 6, 6), (3, 3, 3, 3)),
    bad("channels-16-8", (4, 5, 16), (2, 3, 3, 8)),
    bad("channels-17-16", (4, 5, 17), (2, 3, 3, 16)),
    bad("batch-4-2", (2, 5, 6, 4), (2, 3, 3, 2)),
    bad("channels-with-bias", (5, 6, 3), (2, 3, 3, 1), bias=np.ones(2)),
    bad("channels-stride", (7, 6, 3), (2, 3, 3, 1), stride=2),
    bad("channels-same", (5, 6, 1), (2, 3, 3, 3), padding="same"),
]


@requirement("CONV-22")
@each(MISMATCHED)
def test_channel_mismatch_is_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


GRAY_BANKS = [
    bad("rgb-gray-bank", (5, 6, 3), (2, 3, 3)),
    bad("rgb-gray-bank-of-3", (5, 6, 3), (3, 3, 3)),
    bad("rgb-gray-bank-of-1", (5, 5, 3), (1, 3, 3)),
    bad("5-channels-gray-bank", (7, 6, 5), (2, 5, 5)),
    bad("2-channels-gray-bank", (6, 6, 2), (2, 3, 3)),
    bad("rgb-gray-bank-1x1", (5, 6, 3), (2, 1, 1)),
    bad("batch-gray-bank", (2, 5, 6, 3), (2, 3, 3)),
    bad("rgb-gray-bank-same", (5, 6, 3), (2, 3, 3), padding="same"),
]


@requirement("CONV-23")
@each(GRAY_BANKS)
def test_filters_without_channels_on_a_colour_image_are_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


OBLONG = [
    bad("oblong-3x5", (7, 8), (2, 3, 5)),
    bad("oblong-2x3", (7, 8), (2, 2, 3)),
    bad("oblong-3x4", (8, 7), (3, 3, 4)),
    bad("oblong-2x4", (7, 8), (2, 2, 4)),
    bad("oblong-4x3-channels", (7, 8, 3), (2, 4, 3, 3)),
    bad("oblong-5x3", (7, 8), (2, 5, 3)),
    bad("oblong-1x3", (6, 5), (2, 1, 3)),
    bad("oblong-3x1", (6, 5), (1, 3, 1)),
    bad("oblong-3-of-3x5", (7, 8), (3, 3, 5)),
    bad("oblong-5-of-3x5", (7, 8), (5, 3, 5)),
    bad("oblong-channels", (7, 8, 2), (2, 3, 5, 2)),
    bad("oblong-5-channels-3x5", (7, 8, 5), (2, 3, 5, 5)),
    bad("oblong-3-channels-3x5", (7, 8, 3), (3, 3, 5, 3)),
    bad("oblong-5x7", (9, 9), (2, 5, 7)),
    bad("oblong-1x9", (12, 13), (2, 1, 9)),
    bad("oblong-11x9", (13, 12), (1, 11, 9)),
    bad("oblong-9x11-channels", (13, 12, 2), (3, 9, 11, 2)),
    bad("oblong-batch", (2, 7, 8, 2), (2, 5, 3, 2)),
    bad("oblong-same", (7, 8), (2, 3, 5), padding="same"),
    bad("oblong-stride", (7, 8), (2, 5, 3), stride=2),
]


@requirement("CONV-24")
@each(OBLONG)
def test_filters_that_are_not_square_are_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


EVEN = [
    bad("even-2", (5, 6), (2, 2, 2)),
    bad("even-4", (6, 7), (1, 4, 4)),
    bad("even-6", (8, 7), (2, 6, 6)),
    bad("even-3-of-2", (5, 6), (3, 2, 2)),
    bad("even-8", (9, 10), (2, 8, 8)),
    bad("even-10-channels", (11, 10, 2), (2, 10, 10, 2)),
    bad("even-12", (13, 14), (1, 12, 12)),
    bad("even-2-channels-3", (5, 6, 3), (2, 2, 2, 3)),
    bad("even-4-channels-2", (6, 5, 2), (3, 4, 4, 2)),
    bad("even-batch", (2, 5, 6, 3), (3, 2, 2, 3)),
    bad("even-4-batch", (2, 6, 5, 1), (1, 4, 4, 1)),
    bad("even-6-batch", (1, 7, 8, 2), (2, 6, 6, 2)),
    bad("even-one-channel", (5, 6, 1), (2, 2, 2, 1)),
    bad("oblong-and-even-one-channel", (5, 6, 1), (2, 2, 4, 1)),
    bad("even-same", (5, 6), (2, 2, 2), padding="same"),
    bad("even-stride", (6, 6), (2, 2, 2), stride=2),
]


@requirement("CONV-25")
@each(EVEN)
def test_filters_of_even_size_are_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


@requirement("CONV-26")
@each(
    conv2d_case(
        f"general-{'x'.join(map(str, image))}-{count}@{size[0]}x{size[1]}",
        image,
        count,
        size,
        **options,
    )
    for image, count, size, options in (
        ((7, 8), 2, (3, 5), {}),
        ((7, 8), 2, (5, 3), {}),
        ((6, 5), 3, (1, 3), {}),
        ((6, 5), 1, (3, 1), {}),
        ((7, 8, 3), 2, (3, 5), {}),
        ((5, 6), 2, (2, 2), {}),
        ((6, 7, 2), 3, (4, 4), {}),
        ((6, 7), 2, (2, 3), {}),
        ((2, 6, 7, 2), 2, (3, 2), {}),
        ((8, 9), 2, (3, 4), {"stride": 2}),
        ((9, 8, 2), 2, (5, 2), {"stride": 3}),
        ((6, 7), 2, (3, 5), {"padding": "same"}),
        ((5, 5), 1, (4, 4), {}),
        ((5, 4), 1, (5, 4), {}),
    )
)
def test_filters_of_any_size_are_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("CONV-26")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each(
    conv2d_case(
        f"general-{'x'.join(map(str, image))}-{count}@{rows}x{columns}"
        f"-{'-'.join(map(str, options.values())) or 'plain'}",
        image,
        count,
        (rows, columns),
        **options,
    )
    for image, count, (rows, columns), options in (
        ((5, 6), 2, (2, 2), {"bias": True}),
        ((6, 7, 2), 3, (4, 4), {"bias": True}),
        ((7, 8), 2, (3, 5), {"bias": True}),
        ((2, 6, 7, 2), 2, (2, 2), {"stride": 2}),
        ((3, 7, 8, 1), 2, (4, 3), {"stride": 2, "bias": True}),
        ((2, 8, 9, 2), 3, (2, 4), {"stride": 3, "bias": True}),
        ((4, 9), 2, (1, 7), {}),
        ((9, 4), 2, (7, 1), {}),
        ((3, 9, 2), 2, (1, 7), {"bias": True}),
        ((9, 3, 2), 2, (7, 1), {"bias": True}),
        ((16, 48, 3), 2, (16, 16), {"stride": 16, "bias": True}),
        ((2, 16, 32, 1), 2, (16, 16), {"stride": 16}),
        ((5, 6, 3), 2, (3, 5), {"padding": "same"}),
        ((6, 5, 2), 2, (5, 1), {"padding": "same", "bias": True}),
        ((4, 8, 3), 2, (1, 7), {"padding": "same"}),
        ((2, 4, 5, 3), 2, (3, 1), {"padding": "same"}),
    )
)
def test_filters_of_any_size_with_options(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case if dtype == "float64" else case.cast(dtype))


LONG_BIAS = [
    bad("bias-too-long", (5, 6), (2, 3, 3), bias=np.ones(3)),
    bad("bias-too-long-one-filter", (5, 6), (1, 3, 3), bias=np.ones(2)),
    bad("bias-too-long-channels", (5, 6, 2), (3, 3, 3, 2), bias=np.ones(4)),
    bad("bias-too-long-as-channels", (5, 6, 3), (2, 3, 3, 3), bias=np.ones(3)),
    bad("bias-far-too-long", (5, 6), (2, 3, 3), bias=np.ones(9)),
    bad("bias-twice-as-long", (5, 6, 2), (3, 3, 3, 2), bias=np.ones(6)),
    bad("bias-too-long-one-filter-batch", (2, 5, 6, 2), (1, 3, 3, 2), bias=np.ones(3)),
    bad("bias-too-long-batch", (2, 5, 6, 2), (3, 3, 3, 2), bias=np.ones(4)),
]


@requirement("CONV-27")
@each(LONG_BIAS)
def test_bias_for_more_filters_is_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


STRIDE_0 = [
    bad("stride-0", (5, 6), (2, 3, 3), stride=0),
    bad("stride-0-of-rows", (5, 6), (2, 3, 3), stride=(0, 1)),
    bad("stride-0-of-columns", (5, 6, 2), (2, 3, 3, 2), stride=(2, 0)),
    bad("stride-0-channels", (5, 6, 2), (2, 3, 3, 2), stride=0),
    bad("stride-0-full-size", (3, 3), (1, 3, 3), stride=0),
    bad("stride-0-1x1", (4, 5), (2, 1, 1), stride=0),
    bad("stride-0-batch", (2, 5, 6, 2), (3, 3, 3, 2), stride=0),
    bad("stride-0-large", (28, 29), (2, 3, 3), stride=0),
]


TALL_BIAS = [
    bad("bias-as-a-column", (6, 5), (3, 3, 3), bias=np.array([[1.0], [2.0], [4.0]])),
    bad("bias-as-a-column-of-one-column", (5, 3), (2, 3, 3), bias=np.array([[1.0], [2.0]])),
    bad("bias-as-a-column-channels", (4, 6, 2), (4, 3, 3, 2), bias=np.arange(1.0, 5)[:, None]),
    bad("bias-as-a-column-batch", (2, 6, 5, 2), (3, 3, 3, 2), bias=np.arange(1.0, 4)[:, None]),
    bad("bias-as-a-column-same", (3, 4), (4, 3, 3), padding="same", bias=np.ones((4, 1)) * 7),
]


@requirement("CONV-36")
@each(TALL_BIAS)
def test_a_bias_of_one_column_is_never_broadcast(judge: Judge, case: Case) -> None:
    judge.never_broadcasts(case)


@requirement("CONV-28")
@each(STRIDE_0)
def test_stride_0_is_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


WITH_OPTIONS: list[dict[str, Any]] = [{"stride": 2}, {"bias": np.ones(2)}]

TOO_LARGE = [
    bad("too-large", (4, 4), (1, 5, 5)),
    bad("too-large-2x2", (2, 2), (2, 3, 3)),
    bad("too-many-rows", (2, 8), (2, 3, 3)),
    bad("too-many-columns", (8, 2), (2, 3, 3)),
    bad("too-large-channels", (4, 6, 2), (2, 5, 5, 2)),
    bad("too-large-channels-columns", (6, 4, 2), (2, 5, 5, 2)),
    bad("much-too-large", (3, 4), (1, 9, 9)),
    bad("too-large-batch", (2, 4, 4, 2), (2, 5, 5, 2)),
    bad("too-large-stride", (4, 6), (2, 5, 5), stride=2),
    bad("too-large-bias", (2, 2), (2, 3, 3), bias=np.ones(2)),
    bad("too-large-dilated", (6, 6), (2, 3, 3), dilation=3),
    bad("too-many-rows-dilated", (4, 9), (2, 3, 3), dilation=2),
    bad("too-many-columns-dilated", (9, 6, 2), (2, 3, 3, 2), dilation=(1, 3)),
    bad("too-large-padded", (2, 2), (2, 5, 5), padding=1),
    bad("too-many-columns-padded", (4, 2), (1, 5, 5), padding=(1, 1)),
    bad("too-large-depthwise", (2, 4, 3), (3, 3, 3, 1), groups=3),
    *(
        bad(
            f"too-large-{'x'.join(map(str, image))}-{number}",
            image,
            (2, 3, 3, *image[2 if len(image) == 3 else 3 :]),
            **options,
        )
        for image in ((2, 4), (4, 2), (2, 3, 2), (3, 2, 2), (1, 2, 3, 1), (2, 3, 2, 1))
        for number, options in enumerate(WITH_OPTIONS)
    ),
]


@requirement("CONV-29")
@each(TOO_LARGE)
def test_filters_larger_than_the_image_give_nothing(judge: Judge, case: Case) -> None:
    judge.never_computes(case)


@requirement("CONV-30")
@each(TOO_LARGE)
def test_filters_larger_than_the_image_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


OTHERS = [
    bad("stride-negative", (5, 6), (2, 3, 3), stride=-1),
    bad("stride-minus-2", (7, 6, 2), (2, 3, 3, 2), stride=-2),
    bad("bias-too-short", (5, 6), (3, 3, 3), bias=np.ones(2)),
    bad("bias-of-one", (5, 6), (3, 3, 3), bias=np.ones(1)),
    bad("padding-unknown", (5, 6), (2, 3, 3), padding="full"),
]


@requirement("CONV-31")
@each(OTHERS)
def test_other_arguments_out_of_range_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


GROUPS_APART = [
    bad("groups-3-of-4-channels", (5, 6, 4), (3, 3, 3, 1), groups=3),
    bad("groups-2-of-3-channels", (5, 6, 3), (2, 3, 3, 1), groups=2),
    bad("groups-2-of-5-channels", (5, 6, 5), (4, 3, 3, 2), groups=2),
    bad("groups-4-of-6-channels", (5, 6, 6), (4, 1, 1, 1), groups=4),
    bad("groups-2-of-3-filters", (5, 6, 4), (3, 3, 3, 2), groups=2),
    bad("groups-3-of-4-filters", (5, 6, 6), (4, 3, 3, 2), groups=3),
    bad("groups-5-of-2-filters", (5, 6, 5), (2, 3, 3, 1), groups=5),
    bad("groups-2-of-3-filters-batch", (2, 5, 6, 4), (3, 3, 3, 2), groups=2),
    bad("groups-3-of-4-filters-1x1", (4, 5, 3), (4, 1, 1, 1), groups=3),
    bad("groups-with-all-channels", (5, 6, 4), (4, 3, 3, 4), groups=2),
    bad("groups-with-half-the-channels", (5, 6, 4), (4, 3, 3, 1), groups=2),
    bad("depthwise-with-all-channels", (5, 6, 3), (3, 3, 3, 3), groups=3),
    bad("depthwise-with-two-channels", (5, 6, 4), (4, 3, 3, 2), groups=4),
    bad("groups-with-all-channels-batch", (2, 5, 6, 4), (2, 3, 3, 4), groups=2),
    bad("groups-0", (5, 6, 3), (2, 3, 3, 3), groups=0),
    bad("groups-0-batch", (2, 5, 6, 2), (2, 3, 3, 2), groups=0),
]


@requirement("CONV-49")
@each(GROUPS_APART)
def test_groups_that_do_not_divide_are_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


DILATION_0 = [
    bad("dilation-0", (5, 6), (2, 3, 3), dilation=0),
    bad("dilation-0-channels", (5, 6, 2), (2, 3, 3, 2), dilation=0),
    bad("dilation-0-batch", (2, 5, 6, 2), (2, 3, 3, 2), dilation=0),
    bad("dilation-0-1x1", (4, 5), (2, 1, 1), dilation=0),
    bad("dilation-0-of-rows", (5, 6), (2, 3, 3), dilation=(0, 1)),
    bad("dilation-0-of-columns", (5, 6, 2), (2, 3, 3, 2), dilation=(1, 0)),
]


@requirement("CONV-50")
@each(DILATION_0)
def test_dilation_0_is_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


NEGATIVE = [
    bad("padding-negative", (5, 6), (2, 3, 3), padding=-1),
    bad("padding-negative-rows", (5, 6), (2, 3, 3), padding=(-1, 1)),
    bad("padding-negative-columns", (5, 6, 2), (2, 3, 3, 2), padding=(0, -1)),
    bad("padding-negative-at-the-bottom", (5, 6), (2, 3, 3), padding=((1, -1), (0, 0))),
    bad("padding-negative-on-the-left", (5, 6), (2, 3, 3), padding=((0, 0), (-1, 2))),
    bad("dilation-negative", (5, 6), (2, 3, 3), dilation=-1),
    bad("dilation-minus-2", (5, 6, 2), (2, 3, 3, 2), dilation=-2),
    bad("groups-negative", (5, 6, 2), (2, 3, 3, 2), groups=-1),
]


@requirement("CONV-51")
@each(NEGATIVE)
def test_negative_options_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("CONV-32")
@each([*MISMATCHED, *GRAY_BANKS, *LONG_BIAS, *STRIDE_0, *TOO_LARGE, *OTHERS, *NEGATIVE])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("CONV-33")
@each([*OBLONG, *EVEN])
def test_refusals_by_the_articles_rules_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("CONV-34")
@each([*MISMATCHED, *GRAY_BANKS])
def test_channel_mismatch_is_refused_by_a_check(judge: Judge, case: Case) -> None:
    judge.rejects_on_purpose(case)


@requirement("CONV-18")
@each([SEQUENCES[name][0] for name in ("gray", "channels", "batches", "same-padding")])
def test_nan_leaves_nothing_behind(judge: Judge, case: Case) -> None:
    spoilt = changed(case, "nan", image=np.full_like(case.arguments["image"], np.nan))
    judge.correct(case)
    judge.value(spoilt)
    judge.correct(case, before=[case, spoilt])


@requirement("CONV-18")
@pytest.mark.parametrize(
    "bad_case",
    [MISMATCHED[0], GRAY_BANKS[0], OBLONG[0], EVEN[0], LONG_BIAS[0], STRIDE_0[0], TOO_LARGE[0]],
    ids=str,
)
def test_refused_calls_leave_nothing_behind(judge: Judge, bad_case: Case) -> None:
    judge.in_turn(
        lambda case: judge.recovers(bad_case, [case]),
        [case for name in ("gray", "channels", "bias", "same-padding") for case in SEQUENCES[name]],
    )


@requirement("CONV-38")
@each(
    [
        conv2d_case("axes-2", (5, 6), 2, 3),
        conv2d_case("axes-3", (5, 6, 2), 3, 3),
        conv2d_case("axes-4", (2, 5, 6, 2), 3, 3),
    ]
)
def test_every_number_of_axes_is_computed_or_refused(judge: Judge, case: Case) -> None:
    judge.computes_or_refuses(case)
