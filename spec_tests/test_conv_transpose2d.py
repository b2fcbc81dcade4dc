"""conv_transpose2d: the transposed convolution layer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnspec.cases.by_scipy import convolved
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
from cnnspec.operations.conv_transpose2d.cases import OPERATION, transposed_case
from cnnspec.operations.conv_transpose2d.combinations import COMBINATIONS, PAIRS

Array = NDArray[Any]


def changed(case: Case, name: str, **arguments: Any) -> Case:
    return replace(case, id=f"{case.id}-{name}", arguments={**case.arguments, **arguments})


def shown(*values: Any) -> str:
    """Return values as part of an id."""
    return "-".join(
        "x".join(map(str, np.ravel(value))) if np.ndim(value) else str(value) for value in values
    )


def case_of(
    name: str, image: tuple[int, ...], count: int, size: int | tuple[int, int], **options: Any
) -> Case:
    """Return a case whose id says what it is of."""
    about = shown(*(value for key, value in options.items() if key != "data"))
    identity = f"{name}-{shown(image)}-{count}@{shown(size)}" + (f"-{about}" if about else "")
    return transposed_case(identity, image, count, size, **options)


# --- what it computes ------------------------------------------------------------------------

PLAIN = [
    case_of("plain", image, count, size)
    for image, count, size in (
        ((3, 5, 1), 1, 3),
        ((5, 3, 1), 2, 3),
        ((4, 4, 2), 1, 2),
        ((2, 6, 1), 2, 4),
        ((6, 2, 2), 3, 5),
        ((4, 5, 3), 2, 1),
    )
]


@requirement("TRANS-01")
@by_hand("TRANS-01")
def test_hand_computed(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-01")
@each(PLAIN)
def test_every_pixel_lays_its_filter_down(judge: Judge, case: Case) -> None:
    judge.correct(case)


def by_scipy(image: Array, filters: Array) -> Array:
    """Return the sums of SciPy's full convolutions of every channel."""
    return np.stack(
        [
            sum(convolved(image[:, :, k], one[:, :, c]) for k, one in enumerate(filters))
            for c in range(filters.shape[-1])
        ],
        axis=-1,
    )


@requirement("TRANS-01")
@each(PLAIN)
def test_agrees_with_scipy(judge: Judge, case: Case) -> None:
    judge.equals(case, lambda: by_scipy(case.arguments["image"], case.arguments["filters"]))


@requirement("TRANS-01")
@each(
    Case(
        f"{OPERATION}/{name}",
        OPERATION,
        {
            "image": integers(f"{name}-image", 3, 4, 2, low=-pixels, high=pixels) * scale,
            "filters": integers(f"{name}-filters", 2, 3, 3, 2, low=-weights, high=weights) * scale,
        },
    )
    for name, pixels, weights, scale in (
        ("large-values", 2000, 900, 1.0),
        ("pixels-to-255", 255, 9, 1.0),
        ("tiny-values", 9, 9, 2.0**-30),
        ("huge-values", 9, 9, 2.0**40),
    )
)
def test_values_of_any_size(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-01")
@each(
    Case(
        f"{OPERATION}/near-the-{end}-of-{dtype}",
        OPERATION,
        {
            "image": integers(f"{end}-image", 3, 4, 2) * scale,
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


@requirement("TRANS-01")
@each(
    [
        *(
            changed(
                transposed_case(f"constant-{value:g}", (3, 4, 2), 2, 3, bias=True),
                "image",
                image=np.full((3, 4, 2), value),
            )
            for value in (0.0, 1.0, -3.0)
        ),
        *(
            changed(
                transposed_case(f"filters-of-{name}", (3, 4, 2), 2, 3, stride=2),
                "filters",
                filters=np.full((2, 3, 3, 2), value),
            )
            for name, value in (("equal-weights", 4.0), ("ones", 1.0), ("zeros", 0.0))
        ),
    ]
)
def test_constant_images_and_filters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-02")
@by_hand("TRANS-02")
def test_size_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-02")
@each(
    case_of("size", (rows, columns, 1), 2, size)
    for rows, columns, size in (
        (1, 1, 1),
        (1, 1, 3),
        (1, 6, 1),
        (6, 1, 2),
        (2, 2, 5),
        (3, 7, 3),
        (7, 3, 3),
        (5, 5, 2),
        (4, 12, 3),
        (12, 4, 4),
        (3, 2, 7),
    )
)
def test_size_of_the_maps(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-03")
@by_hand("TRANS-03")
def test_stride_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


STRIDED = [
    case_of("stride", image, count, size, stride=stride)
    for image, count, size, stride in (
        ((3, 4, 1), 2, 3, 1),
        ((3, 4, 1), 1, 3, 2),
        ((4, 3, 2), 2, 2, 2),
        ((4, 5, 1), 1, 4, 2),
        ((3, 3, 2), 1, 3, 3),
        ((2, 4, 1), 2, 2, 3),
        ((4, 2, 1), 1, 1, 4),
        ((2, 3, 2), 2, 5, 4),
        ((3, 2, 1), 1, 3, 5),
        ((2, 3, 1), 1, 3, 7),
        ((1, 1, 2), 2, 3, 2),
        ((1, 4, 1), 1, 3, 2),
        ((5, 4, 3), 2, 3, 2),
    )
]


@requirement("TRANS-03")
@each(STRIDED)
def test_filters_lie_a_stride_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


def spread(image: Array, rows: int, columns: int) -> Array:
    """Return one image, or each of a batch, with zeros between its pixels."""
    *batch, height, width, channels = image.shape
    shape = (*batch, (height - 1) * rows + 1, (width - 1) * columns + 1, channels)
    found = np.zeros(shape, image.dtype)
    found[..., ::rows, ::columns, :] = image
    return found


@requirement("TRANS-03")
@each(STRIDED)
def test_stride_agrees_with_scipy(judge: Judge, case: Case) -> None:
    stride = case.arguments["stride"]
    image = spread(case.arguments["image"], stride, stride)
    judge.equals(case, lambda: by_scipy(image, case.arguments["filters"]))


NUMPY_STRIDES = [
    transposed_case(f"stride-of-{kind.__name__}-{shown(image)}", image, 2, 3, stride=kind(2))
    for kind in (np.int64, np.int32)
    for image in ((3, 4, 1), (4, 3, 2))
]


@requirement("TRANS-03")
@each(replace(case, may_refuse=True) for case in NUMPY_STRIDES)
def test_strides_as_numpy_integers(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-38")
@each(NUMPY_STRIDES)
def test_numpy_integers_are_accepted_as_strides(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-04")
@by_hand("TRANS-04")
def test_channels_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


CHANNELS = [
    case_of("channels", image, count, size)
    for image, count, size in (
        ((3, 4, 1), 4, 3),
        ((4, 3, 2), 1, 3),
        ((3, 4, 2), 3, 2),
        ((3, 3, 3), 3, 3),
        ((2, 3, 3), 2, 1),
        ((4, 2, 4), 2, 3),
        ((3, 4, 5), 5, 4),
        ((2, 4, 7), 3, 3),
        ((3, 2, 8), 2, 5),
    )
]


@requirement("TRANS-04")
@each(CHANNELS)
def test_channels_are_summed(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-04")
@each(CHANNELS)
def test_channels_agree_with_scipy(judge: Judge, case: Case) -> None:
    judge.equals(case, lambda: by_scipy(case.arguments["image"], case.arguments["filters"]))


@requirement("TRANS-04")
@each(
    changed(case, "equal-channels", image=np.repeat(case.arguments["image"][..., :1], 3, axis=-1))
    for case in (
        transposed_case("gray-in-colour", (3, 4, 3), 2, 3),
        transposed_case("gray-in-colour-1x1", (3, 4, 3), 3, 1),
        transposed_case("gray-in-colour-stride", (3, 2, 3), 2, 3, stride=2, bias=True),
        transposed_case("gray-in-colour-batch", (2, 3, 4, 3), 2, 3, padding=1),
    )
)
def test_equal_channels_meet_different_filters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-05")
@by_hand("TRANS-05")
def test_bias_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


WITH_BIAS = [
    case_of("bias", image, count, size, bias=True, **options)
    for image, count, size, options in (
        ((3, 4, 1), 3, 3, {}),
        ((4, 3, 2), 1, 3, {}),
        ((3, 4, 2), 2, 1, {}),
        ((3, 3, 3), 3, 3, {}),
        ((3, 3, 2), 5, 3, {}),
        ((3, 4, 2), 3, 3, {"stride": 2}),
        ((3, 2, 2), 2, 1, {"stride": 3}),
        ((3, 4, 2), 2, 2, {"stride": 4}),
        ((3, 4, 2), 3, 3, {"padding": 1}),
        ((3, 2, 2), 2, 2, {"stride": 3, "output_padding": 1}),
        ((2, 3, 1), 2, 3, {"stride": 4, "output_padding": 3}),
        ((3, 2, 2), 2, 3, {"stride": 2, "padding": 1, "output_padding": 1}),
        ((3, 2, 2), 2, 3, {"dilation": 2}),
        ((3, 2, 2), 2, 3, {"dilation": 3, "output_padding": 2}),
        ((3, 2, 4), 2, 3, {"groups": 2}),
        ((2, 2, 3), 1, 2, {"groups": 3, "stride": 2}),
        ((3, 3, 4, 2), 4, 3, {}),
        ((2, 3, 2, 3), 2, 3, {"stride": 2, "padding": 1}),
        ((2, 3, 2), 33, 3, {}),
        ((2, 2, 3, 2), 35, 3, {"padding": 1}),
    )
]


@requirement("TRANS-05")
@each(WITH_BIAS)
def test_bias_is_added_once(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-05")
@each(
    changed(transposed_case("any-bias", (3, 4, 2), 3, 3), name, bias=bias)
    for name, bias in (
        ("none", None),
        ("zero", np.zeros(3)),
        ("one-zero", np.array([5.0, 0.0, -2.0])),
        ("negative", np.array([-7.0, -1.0, -100.0])),
        ("large", np.array([1e5, -1e6, 3e6])),
    )
)
def test_any_bias_and_none(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-05")
@each(
    changed(case, "no-weights", filters=case.arguments["filters"] * np.array([0, 1, 0]))
    for case in (
        transposed_case("zeros", (3, 4, 2), 3, 3, bias=True),
        transposed_case("zeros-stride", (3, 4, 1), 3, 2, bias=True, stride=3),
    )
)
def test_filters_of_zeros_give_the_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-05")
@each([replace(case, may_refuse=True) for case in WITH_BIAS[:5]])
def test_bias_by_position(judge: Judge, case: Case) -> None:
    judge.correct(case, by_position=True)


@requirement("TRANS-06")
@by_hand("TRANS-06")
def test_padding_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


PADDED = [
    case_of("padding", image, count, size, padding=padding, **options)
    for image, count, size, padding, options in (
        ((3, 4, 1), 2, 3, 0, {}),
        ((3, 4, 1), 2, 3, 1, {}),
        ((4, 3, 2), 1, 3, 2, {}),
        ((3, 5, 2), 2, 5, 2, {}),
        ((5, 4, 1), 1, 4, 3, {}),
        ((6, 7, 1), 2, 2, 3, {}),
        ((3, 3, 2), 2, 3, 2, {}),
        ((4, 3, 2), 2, 1, 1, {}),
        ((3, 4, 1), 2, 3, 1, {"stride": 2}),
        ((3, 4, 2), 2, 4, 1, {"stride": 2}),
        ((4, 3, 1), 1, 4, 2, {"stride": 3}),
        ((5, 6, 1), 1, 3, 7, {"stride": 4}),
        ((4, 4, 2), 2, 2, 2, {"stride": 2, "bias": True}),
    )
]


@requirement("TRANS-06")
@each(PADDED)
def test_padding_takes_away(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-06")
@each(PADDED[1:10])
def test_padding_agrees_with_scipy(judge: Judge, case: Case) -> None:
    padding, stride = case.arguments["padding"], case.arguments.get("stride", 1)
    image = spread(case.arguments["image"], stride, stride)

    def middle() -> Array:
        whole = by_scipy(image, case.arguments["filters"])
        return whole[padding : len(whole) - padding, padding : whole.shape[1] - padding]

    judge.equals(case, middle)


@requirement("TRANS-07")
@by_hand("TRANS-07")
def test_output_padding_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-07")
@each(
    case_of("output-padding", image, count, size, stride=stride, output_padding=more, **options)
    for image, count, size, stride, more, options in (
        ((3, 4, 1), 2, 3, 2, 0, {}),
        ((3, 4, 1), 2, 3, 2, 1, {}),
        ((4, 3, 2), 1, 2, 2, 1, {}),
        ((3, 2, 2), 2, 3, 3, 2, {}),
        ((2, 3, 1), 1, 1, 3, 1, {}),
        ((2, 3, 2), 2, 4, 5, 4, {}),
        ((3, 4, 1), 2, 3, 2, 1, {"padding": 1}),
        ((3, 4, 2), 2, 4, 3, 2, {"padding": 1}),
        ((3, 3, 2), 2, 5, 3, 2, {"padding": 2, "bias": True}),
        ((2, 3, 1), 2, 2, 4, 3, {"bias": True}),
        ((3, 4, 1), 1, 3, 1, 1, {"dilation": 2}),
        ((3, 2, 2), 2, 2, 2, 2, {"dilation": 3, "bias": True}),
        ((2, 3, 2, 2), 2, 3, 2, 1, {"padding": 1}),
    )
)
def test_output_padding_comes_last(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-08")
@by_hand("TRANS-08")
def test_dilation_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-08")
@each(
    case_of("dilation", image, count, size, dilation=dilation, **options)
    for image, count, size, dilation, options in (
        ((3, 4, 1), 2, 3, 1, {}),
        ((3, 4, 1), 2, 3, 2, {}),
        ((4, 3, 2), 1, 2, 3, {}),
        ((2, 3, 2), 2, 4, 2, {}),
        ((3, 2, 1), 1, 3, 4, {}),
        ((3, 4, 2), 2, 1, 2, {}),
        ((3, 4, 1), 2, 3, 2, {"stride": 2}),
        ((3, 2, 2), 1, 3, 2, {"stride": 3}),
        ((2, 3, 1), 2, 2, 3, {"stride": 2}),
        ((3, 4, 2), 2, 3, 4, {"stride": 2}),
        ((4, 2, 1), 1, 4, 2, {"stride": 4}),
        ((3, 4, 2), 2, 3, 2, {"padding": 2}),
        ((3, 4, 2), 2, 3, 3, {"stride": 2, "padding": 1}),
        ((3, 3, 2), 2, 3, 2, {"stride": 2, "padding": 2, "bias": True}),
    )
)
def test_weights_lie_a_dilation_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-09")
@by_hand("TRANS-09")
def test_groups_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-09")
@each(
    case_of("groups", (*sides, groups * channels), count, size, groups=groups, **options)
    for sides, groups, channels, count, size, options in (
        ((3, 4), 1, 2, 3, 3, {}),
        ((3, 4), 2, 1, 1, 3, {}),
        ((4, 3), 2, 2, 3, 2, {}),
        ((2, 3), 2, 3, 2, 3, {}),
        ((3, 2), 3, 1, 2, 3, {}),
        ((2, 3), 3, 2, 1, 4, {}),
        ((3, 3), 3, 3, 3, 3, {}),
        ((2, 3), 4, 2, 2, 3, {}),
        ((3, 2), 2, 4, 1, 1, {}),
        ((2, 2), 8, 1, 1, 3, {}),
        ((2, 3), 5, 1, 3, 2, {}),
        ((3, 4), 2, 2, 3, 3, {"stride": 2}),
        ((3, 2), 3, 2, 1, 3, {"padding": 1, "bias": True}),
        ((2, 3), 4, 1, 2, 4, {"stride": 2, "padding": 1, "bias": True}),
    )
)
def test_groups_keep_to_themselves(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-10")
@by_hand("TRANS-10")
def test_batch_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-10")
@each(
    case_of("batch", image, count, size, **options)
    for image, count, size, options in (
        ((1, 3, 4, 2), 3, 3, {}),
        ((2, 4, 3, 3), 2, 3, {}),
        ((3, 3, 4, 2), 4, 2, {}),
        ((5, 2, 3, 1), 2, 3, {}),
        ((3, 3, 3, 3), 3, 3, {}),
        ((4, 4, 5, 2), 4, 3, {}),
        ((3, 3, 4, 2), 3, 3, {"stride": 2}),
        ((4, 2, 3, 1), 2, 4, {"stride": 3}),
        ((3, 3, 4, 2), 3, 3, {"padding": 1}),
        ((2, 2, 3, 4), 2, 3, {"groups": 2}),
        ((17, 2, 3, 2), 2, 3, {}),
        ((40, 2, 2, 1), 3, 2, {}),
    )
)
def test_images_of_a_batch_are_apart(judge: Judge, case: Case) -> None:
    judge.correct(case)


IN_PAIRS: list[tuple[tuple[int, ...], int, int, dict[str, Any]]] = [
    ((3, 4, 1), 2, 3, {"stride": (2, 1)}),
    ((3, 4, 1), 2, 3, {"stride": (1, 3)}),
    ((4, 3, 2), 1, 2, {"stride": (3, 2)}),
    ((2, 4, 1), 2, 4, {"stride": (2, 5), "bias": True}),
    ((3, 4, 1), 2, 3, {"padding": (1, 0)}),
    ((3, 4, 1), 2, 3, {"padding": (0, 2)}),
    ((4, 3, 2), 1, 4, {"padding": (2, 1), "stride": 2}),
    ((3, 4, 1), 2, 3, {"stride": 3, "output_padding": (1, 0)}),
    ((3, 4, 1), 2, 3, {"stride": 3, "output_padding": (0, 2)}),
    ((3, 3, 2), 2, 2, {"stride": (2, 4), "output_padding": (1, 3), "bias": True}),
    ((3, 4, 1), 2, 3, {"dilation": (2, 1)}),
    ((3, 4, 1), 2, 3, {"dilation": (1, 3)}),
    ((4, 3, 2), 1, 2, {"dilation": (3, 2), "stride": 2}),
    ((3, 2, 1), 2, 3, {"dilation": (1, 2), "output_padding": (0, 1)}),
    ((3, 4, 2), 2, 3, {"stride": (2, 3), "dilation": (3, 2), "padding": (1, 2)}),
    ((3, 3, 4), 2, 3, {"stride": (1, 2), "padding": (2, 0), "groups": 2}),
    ((2, 3, 4, 2), 2, 3, {"stride": (2, 1), "padding": (0, 1), "output_padding": (1, 0)}),
]


@requirement("TRANS-11")
@by_hand("TRANS-11")
def test_pairs_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-11")
@each(case_of("pairs-" + "-".join(of[-1]), *of[:3], **of[-1]) for of in IN_PAIRS)
def test_rows_and_columns_have_their_own(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-12")
@by_hand("TRANS-12")
def test_sides_by_hand(judge: Judge, case: Case) -> None:
    assert case.expected is not None
    judge.equals(case, case.expected)


@requirement("TRANS-12")
@each(
    case_of("sides", image, 2, size, padding=padding, **options)
    for image, size, padding, options in (
        ((4, 5, 1), 3, ((1, 0), (0, 0)), {}),
        ((4, 5, 1), 3, ((0, 1), (0, 0)), {}),
        ((4, 5, 1), 3, ((0, 0), (1, 0)), {}),
        ((4, 5, 1), 3, ((0, 0), (0, 1)), {}),
        ((5, 4, 2), 4, ((2, 1), (0, 3)), {}),
        ((5, 6, 1), 4, ((1, 3), (1, 2)), {}),
        ((4, 5, 2), 3, ((1, 1), (2, 2)), {}),
        ((4, 4, 1), 3, ((0, 2), (1, 0)), {"stride": 2}),
        ((5, 4, 1), 5, ((7, 1), (2, 8)), {"stride": 4}),
        ((3, 4, 2), 3, ((1, 2), (0, 1)), {"stride": 3, "output_padding": 2, "bias": True}),
        ((3, 4, 1), 3, ((2, 0), (1, 3)), {"dilation": 2}),
        ((2, 4, 4, 2), 3, ((0, 1), (2, 1)), {"stride": 2, "bias": True}),
    )
)
def test_every_side_loses_its_own(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- sizes -----------------------------------------------------------------------------------

LARGE = [
    case_of("large", image, count, size, **options)
    for image, count, size, options in (
        ((17, 18, 1), 2, 3, {}),
        ((18, 35, 1), 3, 3, {}),
        ((35, 19, 2), 2, 4, {"stride": 2}),
        ((5, 132, 1), 2, 3, {}),
        ((131, 4, 1), 2, 3, {"padding": 1}),
        ((3, 261, 1), 1, 3, {"stride": 2}),
        ((262, 3, 1), 1, 2, {"stride": 2}),
        ((2, 1030, 1), 1, 2, {}),
        ((3, 4, 130), 2, 3, {}),
        ((2, 2, 520), 2, 2, {}),
        ((2, 3, 2), 260, 3, {}),
        ((2, 2, 1), 530, 2, {"stride": 2}),
        ((3, 3, 17), 18, 3, {}),
        ((3, 2, 34), 33, 4, {"stride": 2, "padding": 1}),
        ((2, 2, 66), 67, 1, {}),
        ((130, 2, 2, 1), 2, 3, {}),
        ((262, 1, 2, 1), 1, 3, {"bias": True}),
        ((7, 7, 16), 8, 4, {"stride": 2, "padding": 1, "bias": True}),
        ((4, 5, 2), 1, 16, {"stride": 8, "padding": 4}),
        ((6, 7, 1), 2, 13, {}),
        ((3, 4, 32), 1, 3, {"groups": 32, "stride": 2}),
        ((3, 4, 36), 2, 3, {"groups": 18}),
    )
]


@requirement("TRANS-16")
@each_group(with_float32(LARGE))
def test_large_shapes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


def of_size(size: int) -> dict[str, Case]:
    """Return transposed convolutions with one dimension of the given size; others are small."""
    shapes: dict[str, tuple[tuple[int, ...], int, int, dict[str, Any]]] = {
        "rows": ((size, 2, 1), 2, 3, {}),
        "columns": ((2, size, 1), 2, 3, {"bias": True}),
        "rows-stride": ((size, 2, 1), 1, 3, {"stride": 2}),
        "columns-stride": ((2, size, 1), 1, 4, {"stride": 2, "padding": 1}),
        "rows-padding": ((size, 2, 2), 1, 3, {"padding": 1, "bias": True}),
        "rows-of-maps": ((size - 1, 2, 1), 1, 2, {}),
        "columns-of-maps": ((1, size - 2, 1), 2, 3, {"bias": True}),
        "channels": ((2, 3, size), 2, 3, {}),
        "channels-1x1": ((2, 2, size), 2, 1, {"bias": True}),
        "channels-stride": ((2, 2, size), 1, 2, {"stride": 2}),
        "maps": ((2, 3, 2), size, 3, {"bias": True}),
        "maps-stride": ((2, 2, 1), size, 2, {"stride": 2, "padding": 1}),
        "depthwise": ((2, 2, size), 1, 3, {"groups": size}),
        "images": ((size, 2, 2, 1), 1, 3, {}),
        "images-stride": ((size, 1, 2, 2), 2, 2, {"stride": 2, "bias": True}),
    }
    return {
        name: transposed_case(f"{size}-{name}", image, count, filters, **options)
        for name, (image, count, filters, options) in shapes.items()
    }


@requirement("TRANS-16")
@each_group(with_float32_by_name([of_size(size) for size in (*TILES, *FULL_BLOCKS) if size > 2]))
def test_sizes_around_tiles_and_of_full_blocks(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


# --- relations -------------------------------------------------------------------------------

OPTIONS: list[dict[str, Any]] = [
    {},
    {"stride": 2},
    {"stride": 3, "output_padding": 2},
    {"padding": 1},
    {"stride": 2, "padding": 1, "output_padding": 1},
    {"dilation": 2},
    {"stride": 2, "dilation": 3, "padding": 2},
    {"stride": 3, "dilation": 2, "padding": 1, "output_padding": 1},
    {"groups": 2},
    {"groups": 2, "stride": 2, "padding": 1, "dilation": 2},
]

SEEDS = st.integers(0, 10**6).map(str)
SIZES = st.sampled_from([1, 2, 3, 4])
SIDES = st.integers(2, 5)
GIVEN = st.sampled_from(OPTIONS)
DATA = st.sampled_from(["integers", "cancelling"])


def drawn(
    seed: str, size: int, rows: int, columns: int, options: dict[str, Any], data: str = "integers"
) -> Case:
    """Return a small case of random numbers whose sums and halves are exact."""

    def draw(part: str, *shape: int) -> Array:
        if data == "integers":
            return integers(f"{seed}-{part}", *shape)
        return np.round(64 * reals(f"{seed}-{part}", *shape, spread=data)) / 64

    size = max(size, 2) if options.get("padding") else size
    batch = (2,) if int(seed) % 2 else ()
    arguments = {
        "image": draw("image", *batch, rows, columns, 2),
        "filters": draw("filters", 2, size, size, 3),
        **options,
    }
    named = shown(seed, size, rows, columns, *options, *options.values())
    return Case(f"{OPERATION}/drawn-{data}-{named}", OPERATION, arguments)


def taps(of: Array, filters: Array, **options: int) -> Iterator[tuple[Array, Array, Array]]:
    """Yield for each weight and group what a convolution of maps multiplies: pixels, and weights.

    ``of`` are maps with a margin of zeros; the third is the group's channels of the result.
    """
    stride, dilation, groups = (options.get(name, 1) for name in ("stride", "dilation", "groups"))
    channels, down, across, count = filters.shape
    for a, b in np.ndindex(down, across):
        seen = of[a * dilation :: stride, b * dilation :: stride]
        for group in range(groups):
            own = np.arange(channels // groups) + group * (channels // groups)
            yield seen[:, :, group * count : (group + 1) * count], filters[own, a, b], own


@requirement("TRANS-13")
@for_all(seed=SEEDS, size=SIZES, rows=SIDES, columns=SIDES, options=GIVEN)
def test_adjoint_of_convolution(
    judge: Judge, seed: str, size: int, rows: int, columns: int, options: dict[str, Any]
) -> None:
    case = drawn(seed, size, rows, columns, options)
    image, filters = (case.arguments[name] for name in ("image", "filters"))
    maps = judge.value(case)
    z = integers(f"{seed}-z", *maps.shape)
    margin = options.get("padding", 0)
    convolved = np.zeros(image.shape)
    for one, result in zip(_each(z), _each(convolved), strict=True):
        padded = np.pad(one, ((margin, margin), (margin, margin), (0, 0)))
        for seen, weights, own in taps(padded, filters, **options):
            result[:, :, own] += seen[:rows, :columns] @ weights.T
    got = np.array([(maps.astype(float) * z).sum()])
    allowed = np.array([(judge.allowed(case, maps) * np.abs(z)).sum()])
    expected = np.array([(convolved * image).sum()])
    judge.same(case, got, expected, allowed, "not the adjoint of a convolution")


def _each(images: Array) -> Array:
    """Return one image, or a batch, as a batch: a view."""
    return images if images.ndim == 4 else images[np.newaxis]


@requirement("TRANS-14")
@pytest.mark.parametrize("part", ["image", "filters"])
@for_all(seed=SEEDS, size=SIZES, rows=SIDES, columns=SIDES, options=GIVEN, data=DATA)
def test_additive(
    judge: Judge,
    part: str,
    seed: str,
    size: int,
    rows: int,
    columns: int,
    options: dict[str, Any],
    data: str,
) -> None:
    first = drawn(seed, size, rows, columns, options, data)
    other = np.roll(first.arguments[part], 1) - first.arguments[part][::-1]
    second = changed(first, f"other-{part}", **{part: other})
    both = changed(first, f"sum-of-{part}", **{part: first.arguments[part] + other})
    parts = [judge.value(first), judge.value(second)]
    together = judge.value(both)
    allowed = np.sum([judge.allowed(case, together) for case in (first, second, both)], axis=0)
    expected = parts[0].astype(float) + parts[1]
    judge.same(both, together, expected, allowed, f"not additive in the {part}")


@requirement("TRANS-14")
@pytest.mark.parametrize("part", ["image", "filters"])
@for_all(
    seed=SEEDS,
    size=SIZES,
    rows=SIDES,
    columns=SIDES,
    options=GIVEN,
    data=DATA,
    factor=st.sampled_from([-4.0, -1.0, 0.5]),
)
def test_homogeneous(
    judge: Judge,
    part: str,
    seed: str,
    size: int,
    rows: int,
    columns: int,
    options: dict[str, Any],
    data: str,
    factor: float,
) -> None:
    case = drawn(seed, size, rows, columns, options, data)
    scaled = changed(case, f"{part}-times-{factor}", **{part: case.arguments[part] * factor})
    plain, got = judge.value(case), judge.value(scaled)
    allowed = judge.allowed(case, plain) * abs(factor) + judge.allowed(scaled, got)
    judge.same(scaled, got, plain.astype(float) * factor, allowed, f"not scaled like the {part}")


@requirement("TRANS-14")
@for_all(seed=SEEDS, size=SIZES, rows=SIDES, columns=SIDES, stride=st.sampled_from([2, 3, 5]))
def test_stride_is_zeros_between_pixels(
    judge: Judge, seed: str, size: int, rows: int, columns: int, stride: int
) -> None:
    case = drawn(seed, size, rows, columns, {"stride": stride})
    apart = changed(case, "spread", image=spread(case.arguments["image"], stride, stride))
    apart = replace(apart, arguments={**apart.arguments, "stride": 1})
    strided, plain = judge.value(case), judge.value(apart)
    allowed = judge.allowed(case, strided) + judge.allowed(apart, plain)
    judge.same(case, strided, plain.astype(float), allowed, "not as with zeros between pixels")


@requirement("TRANS-11")
@for_all(
    seed=SEEDS,
    size=SIZES,
    rows=SIDES,
    columns=SIDES,
    strides=st.sampled_from([(1, 2), (3, 1), (2, 4)]),
)
def test_strides_are_zeros_between_rows_and_columns(
    judge: Judge, seed: str, size: int, rows: int, columns: int, strides: tuple[int, int]
) -> None:
    case = drawn(seed, size, rows, columns, {"stride": strides})
    apart = changed(case, "spread", image=spread(case.arguments["image"], *strides))
    apart = replace(apart, arguments={**apart.arguments, "stride": 1})
    strided, plain = judge.value(case), judge.value(apart)
    allowed = judge.allowed(case, strided) + judge.allowed(apart, plain)
    judge.same(case, strided, plain.astype(float), allowed, "not as with zeros between pixels")


def impulses(shape: tuple[int, ...], size: int, count: int) -> Iterator[tuple[Array, Array]]:
    """Yield images of one pixel, each with filters of one weight for each map, in turns."""
    channels, taps_ = shape[-1], size * size
    for place in range(int(np.prod(shape))):
        image = np.zeros(shape)
        image.reshape(-1)[place] = 1.0 if place % 3 else -2.0
        for first in range(0, taps_, count):
            filters = np.zeros((channels, taps_, count))
            for c in range(count):
                filters[:, (first + c) % taps_, c] = 1 + np.arange(channels)
            yield image, filters.reshape(channels, size, size, count)


@requirement("TRANS-15")
@pytest.mark.parametrize(
    ("shape", "size", "options"),
    [
        ((3, 4, 1), 3, {}),
        ((4, 3, 1), 1, {}),
        ((2, 3, 2), 2, {}),
        ((3, 2, 1), 3, {"stride": 2}),
        ((3, 4, 1), 3, {"padding": 1}),
        ((2, 3, 1), 3, {"stride": 3, "padding": 1, "output_padding": 2}),
        ((2, 3, 1), 3, {"dilation": 2}),
        ((2, 2, 2), 2, {"groups": 2}),
        ((2, 2, 2, 1), 2, {"stride": 2}),
    ],
    ids=["3x3", "1x1", "channels", "stride", "padding", "output-padding", "dilation", "groups",
         "batch"],
)  # fmt: skip
def test_impulses(judge: Judge, shape: tuple[int, ...], size: int, options: dict[str, Any]) -> None:
    about = shown(shape, size, *options, *options.values())
    for number, (image, filters) in enumerate(impulses(shape, size, 3)):
        arguments = {"image": image, "filters": filters, **options}
        judge.correct(Case(f"{OPERATION}/impulse-{about}-{number}", OPERATION, arguments))


# --- how exact it is -------------------------------------------------------------------------


@requirement("TRANS-17")
@each(
    case_of(f"real-{spread_}", image, count, size, data=spread_, **options)
    for spread_ in SPREADS
    for image, count, size, options in (
        ((30, 33, 1), 1, 3, {}),
        ((4, 5, 1), 3, 3, {}),
        ((4, 3, 3), 2, 3, {}),
        ((3, 4, 16), 2, 3, {"stride": 2}),
        ((3, 4, 32), 1, 2, {}),
        ((3, 4, 2), 3, 5, {"padding": 2}),
        ((3, 4, 2), 2, 4, {"stride": 2, "padding": 1, "output_padding": 1}),
        ((3, 4, 2), 2, 3, {"dilation": 2, "stride": 3}),
        ((3, 4, 6), 2, 3, {"groups": 3}),
        ((4, 3, 2), 3, 3, {"bias": True}),
        ((2, 3, 4, 2), 2, 3, {"stride": 2, "bias": True}),
    )
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-17")
@each(
    case_of(f"long-{spread_}", image, count, size, data=spread_, **options)
    for spread_ in ("uniform", "normal", "cancelling")
    for image, count, size, options in (
        ((3, 3, 128), 2, 3, {}),
        ((1, 2, 1030), 2, 1, {"bias": True}),
        ((3, 2, 60), 1, 4, {"stride": 2}),
    )
)
def test_long_sums_round_no_more_than_they_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


def narrow_reals(dtype: str, spread_: str, image: tuple[int, ...], size: int, **more: Any) -> Case:
    name = f"real-{dtype}-{spread_}-{shown(image, size, *more.values())}"
    scale = 2.0**-4 if spread_ == "cancelling" else 1.0
    arguments = {
        "image": reals(f"{name}-image", *image, spread=spread_) * scale,
        "filters": reals(f"{name}-filters", image[-1], size, size, 2, spread=spread_) * scale,
    }
    if spread_ == "wide" and dtype == "float16":
        arguments = {key: np.sign(value) * np.abs(value) ** 0.2 for key, value in arguments.items()}
    return Case(f"{OPERATION}/{name}", OPERATION, {**arguments, **more}).cast(dtype)


@requirement("TRANS-18")
@each(
    narrow_reals(dtype, spread_, image, size, **more)
    for dtype in ("float32", "float16")
    for spread_ in SPREADS
    for image, size, more in (
        ((4, 3, 1), 3, {}),
        ((3, 4, 3), 3, {"stride": 2}),
        ((4, 3, 2), 1, {}),
        ((2, 3, 8), 3, {"padding": 1}),
        ((2, 3, 16), 2, {"dilation": 2}),
    )
)
def test_other_dtypes_round_no_more_than_they_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-18")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
@each(
    case_of("dtype", image, 2, 3, **options)
    for image, options in (
        ((3, 4, 2), {"bias": True}),
        ((4, 3, 2), {"stride": 2}),
        ((3, 4, 1), {"padding": 1}),
        ((3, 4, 1), {"stride": 3, "output_padding": 1, "bias": True}),
        ((3, 2, 2), {"dilation": 2}),
        ((3, 2, 4), {"groups": 2}),
        ((2, 3, 4, 2), {}),
        ((2, 67, 1), {"stride": 2}),
        ((70, 2, 1), {"bias": True}),
    )
)
def test_other_dtypes_with_every_option(judge: Judge, case: Case, dtype: str) -> None:
    judge.correct(case.cast(dtype))


def typed(name: str, image: Array, filters: Array, **options: Any) -> Case:
    arguments = {"image": image, "filters": filters, **options}
    return Case(f"{OPERATION}/{name}", OPERATION, arguments, may_refuse=True)


#: By dtype: the numbers of an image of that type.
RANGES = {"uint8": (0, 255), "int8": (-128, 127), "int64": (-(2**20), 2**20), "bool": (0, 1)}


@requirement("TRANS-19")
@each(
    typed(
        f"{dtype}-{shown(image, *options)}",
        integers(f"{dtype}-{shown(image)}", *image, low=low, high=high).astype(dtype),
        reals(f"{dtype}-{shown(image)}-filters", image[-1], 3, 3, 2),
        **options,
    )
    for dtype, (low, high) in RANGES.items()
    for image, options in (
        ((3, 4, 1), {}),
        ((3, 4, 3), {"stride": 2}),
        ((2, 3, 4, 2), {"padding": 1}),
        ((4, 3, 2), {"bias": np.array([0.25, -3.75])}),
        ((2, 67, 1), {"bias": np.array([0.5, -0.75])}),
    )
)
def test_integer_images(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-19")
@each(
    typed(
        f"{dtype}-filters-{shown(image, *options)}",
        reals(f"{dtype}-filters-{shown(image)}-image", *image),
        integers(f"{dtype}-filters", image[-1], 3, 3, 2, low=low, high=high).astype(dtype),
        **options,
    )
    for dtype, (low, high) in (("int8", (-9, 9)), ("int64", (-40_001, 40_001)), ("bool", (0, 1)))
    for image, options in (((3, 4, 1), {}), ((2, 3, 4, 2), {"stride": 2}))
)
def test_integer_filters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-19")
@each(
    typed(
        f"int64-both-{shown(image, *options)}",
        integers("int64-both", *image).astype(np.int64),
        integers("int64-both-filters", image[-1], 3, 3, 2).astype(np.int64),
        **options,
    )
    for image, options in (((3, 4, 1), {}), ((3, 4, 2), {"stride": 2}))
)
def test_integers_on_both_sides(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-20")
@each(
    typed(
        f"{dtype}-wraps",
        np.full((2, 3, 2), pixel, dtype),
        np.full((2, 3, 3, 1), weight, dtype),
    )
    for dtype, pixel, weight in (
        ("uint8", 200, 2),
        ("int8", 100, -3),
        ("int16", 9000, 9),
        ("uint16", 60000, 2),
        ("int32", 2**30, 3),
    )
)
def test_integers_do_not_wrap(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- NaN and infinities ----------------------------------------------------------------------

ODD = pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])


@requirement("TRANS-21")
@ODD
@pytest.mark.parametrize("place", [(0, 0), (1, 2), (3, 4)], ids=["first", "middle", "last"])
def test_nan_and_infinity_show(judge: Judge, value: float, place: tuple[int, int]) -> None:
    image, filters = np.ones((4, 5, 1)), np.full((1, 3, 3, 2), 2.0)
    image[place] = value
    case = Case(f"{OPERATION}/{value}-at-{shown(place)}", OPERATION,
                {"image": image, "filters": filters})  # fmt: skip
    got = judge.value(case)
    judge.holds(case, got.shape == (6, 7, 2), f"the result has the shape {got.shape}")
    i, j = place
    hidden = np.isfinite(got[i : i + 3, j : j + 3]).any()
    judge.holds(case, not hidden, f"{value} of a pixel is hidden under its filter", got)


@requirement("TRANS-21")
@ODD
@pytest.mark.parametrize("part", ["image", "filters"])
@each(
    case_of("hidden", image, 2, 3, **options)
    for image, options in (
        ((3, 4, 2), {}),
        ((2, 3, 4, 2), {"stride": 2}),
        ((3, 4, 2), {"padding": 1}),
        ((3, 4, 2), {"dilation": 2}),
        ((3, 4, 4), {"groups": 2}),
        ((3, 4, 1), {"stride": 3, "output_padding": 2}),
    )
)
def test_nan_and_infinity_show_with_every_option(
    judge: Judge, case: Case, part: str, value: float
) -> None:
    image, filters = (np.ones_like(case.arguments[name]) for name in ("image", "filters"))
    (image if part == "image" else filters)[..., 1, 1, 0] = value
    spoilt = changed(case, f"{value}-in-{part}", image=image, filters=filters)
    got = judge.value(spoilt)
    given = case.arguments
    stride, padding, dilation = (
        given.get(name, plain) for name, plain in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    if part == "image":  # pixel (1, 1) of channel 0 lays nine weights for the maps of its group
        first = stride - padding
        seen = got[..., first::dilation, first::dilation, 0][..., :3, :3]
    else:  # weight (1, 1) of map 0 falls on a place for each pixel
        filters_at = got[..., dilation - padding :: stride, dilation - padding :: stride, 0]
        seen = filters_at[..., :3, :3]
    hidden = np.isfinite(seen).any()
    judge.holds(spoilt, not hidden, f"{value} in the {part} is hidden", got)


# --- everything together ---------------------------------------------------------------------


@requirement("TRANS-37")
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_options_together(judge: Judge, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group))


@requirement("TRANS-37")
@pytest.mark.parametrize("group", PAIRS.groups)
def test_pairs_of_options_together(judge: Judge, group: str) -> None:
    judge.combined(PAIRS.cases(group))


OBLONG = [
    case_of("oblong", image, count, size, **options)
    for image, count, size, options in (
        ((3, 4, 1), 2, (1, 3), {}),
        ((4, 3, 2), 1, (3, 1), {}),
        ((3, 4, 2), 2, (2, 3), {}),
        ((2, 3, 3), 2, (5, 2), {}),
        ((2, 4, 3, 1), 2, (3, 2), {}),
        ((3, 2, 2), 2, (2, 4), {"stride": 2, "bias": True}),
        ((3, 4, 1), 2, (4, 3), {"padding": 1}),
        ((3, 2, 2), 1, (3, 5), {"dilation": 2}),
        ((2, 3, 4), 2, (2, 3), {"groups": 2}),
        ((2, 3, 1), 2, (3, 4), {"stride": 3, "output_padding": 1}),
    )
]


@requirement("TRANS-39")
@each(replace(case, may_refuse=True) for case in OBLONG)
def test_oblong_filters_are_right_or_refused(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-40")
@each(OBLONG)
def test_filters_of_any_size_are_computed(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- hygiene ---------------------------------------------------------------------------------

#: Sequences are of shapes that occur in no other test, so that nothing is remembered from there.
_ONE = transposed_case("sequence", (4, 11, 1), 2, 3)
SEQUENCES = {
    "plain": [transposed_case(f"sequence-{turn}", (3, 11, 2), 2, 3) for turn in range(3)],
    "same-filters": [
        changed(_ONE, f"image-{turn}", image=integers(f"ts{turn}", 4, 11, 1)) for turn in range(3)
    ],
    "same-image": [
        changed(_ONE, f"filters-{turn}", filters=integers(f"ti{turn}", 1, 3, 3, 2))
        for turn in range(3)
    ],
    "batches": [
        transposed_case(f"sequence-batch-{turn}", (2, 3, 11, 2), 3, 3) for turn in range(3)
    ],
    "bias": [
        changed(
            transposed_case("sequence-bias", (5, 11, 1), 3, 3),
            f"other-bias-{turn}",
            bias=np.array([turn, 2.0, -turn]),
        )
        for turn in range(3)
    ],
    "strides": [
        transposed_case(f"sequence-stride-{turn}", (3, 12, 1), 2, 3, stride=2) for turn in range(3)
    ],
    "paddings": [
        transposed_case(f"sequence-padding-{turn}", (4, 12, 1), 2, 3, padding=1)
        for turn in range(3)
    ],
    "large": [transposed_case(f"sequence-large-{turn}", (21, 23, 2), 4, 3) for turn in range(3)],
    "float32": [
        transposed_case(f"sequence-float32-{turn}", (4, 13, 1), 2, 3).cast("float32")
        for turn in range(3)
    ],
    "no-bias-between": [
        transposed_case("sequence-with-bias", (5, 13, 1), 3, 3, bias=True),
        transposed_case("sequence-without-bias", (5, 13, 1), 3, 3),
    ],
    "shapes": [
        transposed_case("sequence-shapes-0", (5, 14, 1), 2, 3),
        transposed_case("sequence-shapes-1", (4, 14, 1), 3, 3),
        transposed_case("sequence-shapes-2", (6, 14, 1), 2, 2),
    ],
    "reshaped": [
        changed(
            transposed_case("sequence-reshaped", (5, 16, 1), 2, 3),
            shown(shape),
            image=integers("reshaped-t", 80).reshape(*shape, 1),
        )
        for shape in ((5, 16), (16, 5), (8, 10))
    ],
}

_SINGLE = transposed_case("state", (5, 17, 2), 2, 3, bias=True, data="normal")
_BATCH = transposed_case("state-batch", (2, 4, 7, 2), 3, 3, bias=True, data="normal")
_MORE: list[dict[str, Any]] = [
    {"stride": 2},
    {"padding": 1},
    {"bias": None},
    {"stride": 3, "bias": None},
    {"stride": 3, "output_padding": 2},
    {"dilation": 2},
]

#: Runs of calls on the same arrays, the same bytes or the same shapes, in which something differs
#: that a memory may have left out.
STATES = {
    "options": [_SINGLE, *with_options(_SINGLE, *_MORE)],
    "options-batch": [_BATCH, *with_options(_BATCH, *_MORE)],
    "same-bytes": same_bytes(transposed_case("state-bytes", (4, 18, 1), 2, 3), "image"),
    "integers-first-image": whole_first(
        transposed_case("state-integers", (4, 19, 1), 2, 3, data="normal"), "image"
    ),
    "integers-first-filters": whole_first(
        transposed_case("state-filters", (4, 20, 1), 2, 3, data="normal", stride=2), "filters"
    ),
    "integers-first-bias": whole_first(
        transposed_case("state-bias", (4, 21, 1), 2, 3, data="normal", bias=True), "bias"
    ),
    "narrow-first": widening(transposed_case("state-narrow", (4, 22, 1), 2, 3, data="normal")),
    "narrow-first-stride": widening(
        transposed_case("state-narrow-stride", (4, 23, 1), 2, 3, data="normal", stride=2),
        "float16",
        "float32",
        "float64",
    ),
}

#: Calls that are made twice, of sizes that occur in no other test.
TWICE = [
    case_of("twice", image, 3, size, **options)
    for image in ((5, 24, 1), (4, 25, 3), (2, 3, 24, 2), (3, 6, 5, 5))
    for size in (1, 3)
    for options in ({}, {"stride": 2}, {"padding": 1})
]

in_sequence = pytest.mark.parametrize("cases", SEQUENCES.values(), ids=SEQUENCES.keys())

HYGIENE = [
    transposed_case("hygiene-1x1", (3, 4, 1), 2, 1),
    transposed_case("hygiene-real", (9, 10, 3), 12, 3, bias=True, data="normal"),
    *(
        case_of("hygiene", image, 2, 3, bias=bias, **options)
        for image in ((3, 5, 2), (2, 4, 3, 2))
        for options in (
            {},
            {"stride": 2},
            {"padding": 1},
            {"stride": 2, "output_padding": 1},
            {"dilation": 2},
            {"groups": 2},
        )
        for bias in (False, True)
    ),
]


@requirement("TRANS-16")
@each([*HYGIENE, *(cases[0] for cases in SEQUENCES.values())])
def test_the_cases_below(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANS-22")
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE)])
def test_arguments_stay_as_they_are(judge: Judge, case: Case) -> None:
    judge.leaves_inputs(case)


@requirement("TRANS-23")
@each_group(STATES)
def test_nothing_of_other_calls_is_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("TRANS-23")
@each_group({name: run for name, run in STATES.items() if "first" in name})
def test_the_first_dtype_is_not_kept(judge: Judge, cases: list[Case]) -> None:
    judge.forgets_afresh(cases)


@requirement("TRANS-23")
@each(TWICE)
def test_right_again(judge: Judge, case: Case) -> None:
    judge.correct_again(case)


@requirement("TRANS-23")
@in_sequence
def test_same_answer_again(judge: Judge, cases: list[Case]) -> None:
    judge.repeats(cases)


@requirement("TRANS-23")
@in_sequence
def test_calls_do_not_see_earlier_ones(judge: Judge, cases: list[Case]) -> None:
    judge.forgets(cases)


@requirement("TRANS-23")
@each([cases[0] for cases in SEQUENCES.values()])
def test_the_very_first_call(judge: Judge, case: Case) -> None:
    judge.correct_at_first(case)


@requirement("TRANS-24")
@in_sequence
def test_earlier_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_results(cases)


@requirement("TRANS-24")
@pytest.mark.parametrize(
    "cases",
    [
        long_run(transposed_case("many", (3, 4, 1), 2, 3), "image"),
        long_run(transposed_case("many-padded", (2, 3, 4, 2), 2, 3, padding=1), "image"),
        long_run(
            transposed_case("many-strided", (3, 3, 2), 2, 2, stride=2).cast("float32"), "image"
        ),
    ],
    ids=lambda cases: cases[0].id,
)
def test_many_results_stay(judge: Judge, cases: list[Case]) -> None:
    judge.keeps_many_results(cases)


@requirement("TRANS-25")
@pytest.mark.parametrize(
    "layout",
    ["fortran", "first-fortran", "strided", "rest-strided", "channels-first", "read-only"],
)
@each([*HYGIENE, *(case.cast("float32") for case in HYGIENE[::4])])
def test_memory_layout_does_not_matter(judge: Judge, case: Case, layout: str) -> None:
    judge.ignores_layout(case, layout)


MEMORY = [
    *HYGIENE[:3],
    *HYGIENE[5::5],
    transposed_case("memory", (3, 4, 2), 3, 3, bias=True),
    transposed_case("memory-batch", (2, 3, 4, 2), 2, 3, bias=True, stride=2, padding=1),
]


@requirement("TRANS-25")
@each_layout(MEMORY)
def test_unusual_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("TRANS-25")
@each_shared(MEMORY[-2:])
def test_shared_memory_is_never_misread(judge: Judge, layout: str, cases: list[Case]) -> None:
    judge.in_turn(lambda case: judge.ignores_layout(replace(case, may_refuse=True), layout), cases)


@requirement("TRANS-26")
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
    return Case(f"{OPERATION}/bad-{name}", OPERATION, {**arguments, **options})


def in_every_way(case: Case) -> list[Case]:
    """Return a bad call with every option, as far as it does not set them itself."""
    count = case.arguments["filters"].shape[-1] * case.arguments.get("groups", 1)
    options: list[dict[str, Any]] = [
        {},
        {"bias": np.ones(count)},
        {"stride": 2},
        {"stride": 3, "bias": np.ones(count)},
        {"padding": 1},
        {"dilation": 2},
    ]
    found = [
        replace(case, id=f"{case.id}-{number}", arguments={**more, **case.arguments})
        for number, more in enumerate(options)
        if not more or not more.keys() & case.arguments.keys()
    ]
    return found + [_typed(case, dtype) for dtype in ("float32", "float16", "uint8", "int64")]


def _typed(case: Case, dtype: str) -> Case:
    """Return a bad call in another dtype; an integer image meets parameters of real numbers."""
    if dtype.startswith("float"):
        return case.cast(dtype)
    image = np.abs(case.arguments["image"]).astype(dtype)
    arguments = {**case.arguments, "image": image}
    if arguments.get("bias") is not None:
        arguments["bias"] = arguments["bias"].astype(np.int64)
    return replace(case, id=f"{case.id}-{dtype}", arguments=arguments)


MISMATCHED = [
    bad(f"channels-{shown(image, filters)}", image, filters)
    for image, filters in (
        ((3, 4, 3), (1, 3, 3, 2)),
        ((3, 4, 3), (2, 3, 3, 2)),
        ((3, 4, 3), (4, 3, 3, 3)),
        ((3, 4, 1), (3, 3, 3, 2)),
        ((4, 3, 2), (3, 2, 2, 2)),
        ((4, 3, 2), (1, 2, 2, 1)),
        ((4, 3, 4), (1, 1, 1, 4)),
        ((3, 4, 1), (3, 1, 1, 3)),
        ((3, 4, 5), (4, 4, 4, 2)),
        ((2, 3, 4, 3), (1, 3, 3, 2)),
        ((2, 3, 4, 1), (3, 3, 3, 2)),
        ((3, 3, 4, 2), (3, 3, 3, 2)),
        ((3, 4, 4), (2, 3, 3, 2)),
        ((3, 4, 2), (4, 3, 3, 2)),
        ((3, 4, 3), (2, 3, 3, 3)),
        ((3, 4, 17), (16, 2, 2, 2)),
    )
]


@requirement("TRANS-27")
@each(MISMATCHED)
def test_channel_mismatch_is_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


LONG_BIAS = [
    bad(
        f"bias-of-{length}-for-{shown(image, filters)}",
        image,
        filters,
        bias=np.ones(length),
        **more,
    )
    for length, image, filters, more in (
        (3, (3, 4, 1), (1, 3, 3, 2), {}),
        (2, (3, 4, 2), (2, 3, 3, 1), {}),
        (4, (3, 4, 2), (2, 3, 3, 3), {}),
        (3, (3, 4, 3), (3, 3, 3, 2), {}),
        (9, (3, 4, 1), (1, 3, 3, 2), {}),
        (6, (3, 4, 2), (2, 3, 3, 3), {}),
        (3, (2, 3, 4, 2), (2, 3, 3, 1), {}),
        (5, (3, 4, 4), (4, 3, 3, 2), {"groups": 2}),
    )
]


@requirement("TRANS-28")
@each(LONG_BIAS)
def test_bias_for_more_maps_is_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


TALL_BIAS = [
    bad("bias-as-a-column", (3, 1, 1), (1, 3, 3, 3), bias=np.array([[1.0], [2.0], [4.0]])),
    bad("bias-as-a-column-channels", (3, 2, 2), (2, 3, 3, 4), bias=np.arange(1.0, 5)[:, None]),
    bad("bias-as-a-column-batch", (2, 3, 1, 2), (2, 3, 3, 3), bias=np.arange(1.0, 4)[:, None]),
    bad("bias-as-a-column-1x1", (3, 2, 1), (1, 1, 1, 2), bias=np.array([[1.0], [2.0]])),
]


@requirement("TRANS-29")
@each(TALL_BIAS)
def test_a_bias_of_one_column_is_never_broadcast(judge: Judge, case: Case) -> None:
    judge.never_broadcasts(case)


ZERO = [
    bad(f"{name}-0-{shown(image, filters)}", image, filters, **{name: 0})
    for name in ("stride", "dilation")
    for image, filters in (
        ((3, 4, 1), (1, 3, 3, 2)),
        ((4, 3, 2), (2, 2, 2, 2)),
        ((2, 3, 2), (2, 1, 1, 2)),
        ((1, 1, 1), (1, 4, 4, 1)),
        ((2, 3, 4, 2), (2, 3, 3, 3)),
    )
]


@requirement("TRANS-30")
@each(ZERO)
def test_stride_0_and_dilation_0_are_refused(judge: Judge, case: Case) -> None:
    judge.in_turn(judge.rejects, in_every_way(case))


OUTSIZED = [
    bad(f"output-padding-{shown(image, *more.values())}", image, (image[-1], 3, 3, 2), **more)
    for image, more in (
        ((3, 4, 1), {"output_padding": 1}),
        ((3, 4, 2), {"output_padding": 2, "stride": 2}),
        ((4, 3, 1), {"output_padding": 3, "stride": 2}),
        ((3, 2, 2), {"output_padding": 3, "stride": 3, "dilation": 2}),
        ((3, 2, 2), {"output_padding": 3, "stride": 1, "dilation": 3}),
        ((3, 2, 1), {"output_padding": 12, "stride": 2}),
        ((2, 3, 4, 2), {"output_padding": 2, "stride": 2, "padding": 1}),
        ((3, 4, 2), {"output_padding": 2, "stride": 2, "bias": np.ones(2)}),
    )
]


@requirement("TRANS-31")
@each(OUTSIZED)
def test_output_padding_that_is_too_large_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


GROUPS = [
    bad(
        f"groups-{groups}-of-{shown(image)}", image, (image[-1], 3, 3, count), groups=groups, **more
    )
    for groups, image, count, more in (
        (2, (3, 4, 3), 2, {}),
        (4, (3, 4, 3), 1, {}),
        (4, (3, 4, 6), 2, {}),
        (0, (3, 4, 2), 2, {}),
        (3, (2, 3, 4, 4), 3, {}),
        (2, (3, 4, 5), 2, {"stride": 2}),
    )
]


@requirement("TRANS-32")
@each(GROUPS)
def test_groups_that_do_not_divide_the_channels_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


NOTHING_LEFT = [
    bad(f"nothing-left-{shown(image, *more.values())}", image, (image[-1], 3, 3, 2), **more)
    for image, more in (
        ((1, 1, 1), {"padding": 2}),
        ((1, 4, 1), {"padding": 2}),
        ((4, 1, 2), {"padding": 2}),
        ((3, 4, 1), {"padding": 3}),
        ((3, 4, 2), {"padding": 9}),
        ((2, 3, 1), {"padding": 3, "stride": 2}),
        ((2, 2, 2, 1), {"padding": 2}),
        ((2, 2, 2), {"padding": 2, "bias": np.ones(2)}),
    )
]


@requirement("TRANS-33")
@each(NOTHING_LEFT)
def test_a_padding_that_takes_everything_gives_nothing(judge: Judge, case: Case) -> None:
    judge.never_computes(case)


OTHERS = [
    *(
        bad(f"{name}{value}", (3, 4, 2), (2, 3, 3, 2), **{name: value})
        for name in ("stride", "dilation", "padding", "output_padding")
        for value in (-1, -2)
    ),
    bad("bias-too-short", (3, 4, 1), (1, 3, 3, 3), bias=np.ones(2)),
    bad("bias-of-one", (3, 4, 1), (1, 3, 3, 3), bias=np.ones(1)),
]


@requirement("TRANS-34")
@each([*OTHERS, *NOTHING_LEFT])
def test_other_arguments_out_of_range_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("TRANS-35")
@each([*MISMATCHED, *LONG_BIAS, *ZERO, *OUTSIZED, *GROUPS, *NOTHING_LEFT, *OTHERS])
def test_refusals_are_value_errors(judge: Judge, case: Case) -> None:
    judge.rejects_cleanly(case)


@requirement("TRANS-36")
@each(MISMATCHED)
def test_channel_mismatch_is_refused_by_a_check(judge: Judge, case: Case) -> None:
    judge.rejects_on_purpose(case)


@requirement("TRANS-23")
@each([SEQUENCES[name][0] for name in ("plain", "batches", "strides", "paddings")])
def test_nan_leaves_nothing_behind(judge: Judge, case: Case) -> None:
    spoilt = changed(case, "nan", image=np.full_like(case.arguments["image"], np.nan))
    judge.correct(case)
    judge.value(spoilt)
    judge.correct(case, before=[case, spoilt])


@requirement("TRANS-23")
@pytest.mark.parametrize(
    "bad_case", [MISMATCHED[0], LONG_BIAS[0], ZERO[0], OUTSIZED[1], NOTHING_LEFT[0]], ids=str
)
def test_refused_calls_leave_nothing_behind(judge: Judge, bad_case: Case) -> None:
    judge.in_turn(
        lambda case: judge.recovers(bad_case, [case]),
        [case for name in ("plain", "batches", "bias", "paddings") for case in SEQUENCES[name]],
    )


@requirement("TRANS-41")
@each([transposed_case("axes-3", (3, 4, 2), 3, 3), transposed_case("axes-4", (2, 3, 4, 2), 3, 3)])
def test_every_number_of_axes_is_computed_or_refused(judge: Judge, case: Case) -> None:
    judge.computes_or_refuses(case)
