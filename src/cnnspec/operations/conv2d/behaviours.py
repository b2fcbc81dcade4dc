"""What correct convolutions answer differently: padding, odd numbers, dtypes, bits, nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    EMPTY,
    FLOAT16_TERMS,
    NAN_PRODUCT,
    SATURATES,
    SKIPPED,
    SUBNORMAL,
    WIDE,
    WRAPS,
    at_element,
    bits_of_batch,
    bits_of_fortran,
    counted,
    dtype_of_result,
    in_float64,
    marks,
    of_nothing,
    of_subnormals,
    one_of,
    orders_of,
    refusals,
    returned_object,
    spread_of,
    sums_of_float16,
    with_number,
)
from cnnspec.declaration.case import reals
from cnnspec.operations.conv2d import exact

Array = NDArray[Any]

_IMAGE = counted(4, 6)
_WIDE = counted(5, 6)
_FILTER = np.array([[[1.0, 2, 3], [5, 7, 11], [13, 17, 19]]])
_CENTRE = np.array([[[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]])
_EVEN = np.array([[[1.0, 3], [7, 17]]])


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [*_of_padding(), *_of_odd_numbers(), *_of_dtypes(), *_of_memory(), *_of_nothing()]


def _maps(filters: Array, before: int, after: int, stride: int = 1) -> Array:
    """Return the exact maps of the image with zeros before and after its rows and columns."""
    return exact.conv2d(np.pad(_IMAGE, (before, after)), filters, stride=stride).high


def _padded(padding: Any, **options: Any) -> Array:
    """Return the exact maps of the larger image."""
    return exact.conv2d(_WIDE, _FILTER, padding=padding, **options).high


def _of_padding() -> list[Behaviour]:
    return [
        one_of(
            "conv2d-same-stride-2",
            {"image": _IMAGE, "filters": _FILTER, "stride": 2, "padding": "same"},
            {
                "ceil(n / s) windows, the first starts on the image": _maps(_FILTER, 0, 1, 2),
                "ceil(n / s) windows, the first starts on the zeros": _maps(_FILTER, 1, 1, 2),
                "the map of stride 1": _maps(_FILTER, 1, 1),
                "the map without padding": _maps(_FILTER, 0, 0, 2),
            },
        ),
        one_of(
            "conv2d-same-stride-3",
            {"image": _WIDE, "filters": _FILTER, "stride": 3, "padding": "same"},
            {
                "as few zeros as ceil(n / s) windows need, an odd one at the end": _padded(
                    ((0, 1), (0, 0)), stride=3
                ),
                "as few zeros as ceil(n / s) windows need, an odd one at the beginning": _padded(
                    ((1, 0), (0, 0)), stride=3
                ),
                "(f - 1) / 2 zeros on every side": _padded(1, stride=3),
            },
        ),
        one_of(
            "conv2d-same-even-filter",
            {"image": _IMAGE, "filters": _EVEN, "padding": "same"},
            {
                "below and to the right": _maps(_EVEN, 0, 1),
                "above and to the left": _maps(_EVEN, 1, 0),
                "on all sides, and the map is larger": _maps(_EVEN, 1, 1),
                "nowhere, and the map is smaller": _maps(_EVEN, 0, 0),
            },
        ),
        one_of(
            "conv2d-even-filter",
            {"image": _IMAGE, "filters": _EVEN},
            {"computed": _maps(_EVEN, 0, 0)},
        ),
        one_of(
            "conv2d-oblong-filter",
            {"image": _IMAGE, "filters": _FILTER[:, :1]},
            {"computed": _maps(_FILTER[:, :1], 0, 0)},
        ),
        one_of(
            "conv2d-negative-padding",
            {"image": _WIDE, "filters": _FILTER, "padding": -1},
            {
                "rows and columns are cut off": exact.conv2d(_WIDE[1:-1, 1:-1], _FILTER).high,
                "nothing": exact.conv2d(_WIDE, _FILTER).high,
            },
        ),
    ]


def _of_odd_numbers() -> list[Behaviour]:
    infinite = with_number(counted(3, 3), (0, 1), np.inf)
    return [
        spread_of(
            "conv2d-nan-pixel",
            {"image": with_number(counted(6, 7), (2, 3), np.nan), "filters": _FILTER},
            marks((4, 5, 1), np.s_[:3, 1:4]),
        ),
        spread_of(
            "conv2d-nan-weight",
            {
                "image": counted(5, 6),
                "filters": with_number(counted(3, 3, 3), (1, 0, 2), np.nan),
            },
            marks((3, 4, 3), np.s_[..., 1]),
        ),
        spread_of(
            "conv2d-nan-between-weights",
            {
                "image": with_number(counted(6, 7), (1, 3), np.nan),
                "filters": _FILTER,
                "dilation": 2,
            },
            marks((2, 3, 1), np.s_[1, 1]),
        ),
        at_element(
            "conv2d-infinity-under-zero",
            {"image": infinite, "filters": with_number(_FILTER, (0, 0, 1), 0)},
            (0, 0, 0),
            {NAN_PRODUCT: np.nan, SKIPPED: 1 * 1 + 3 * 3 + 20 + 35 + 66 + 91 + 136 + 171},
        ),
        at_element(
            "conv2d-infinity-over-padding",
            {
                "image": _IMAGE,
                "filters": with_number(_FILTER, (0, 0, 0), np.inf),
                "padding": "same",
            },
            (0, 0, 0),
            {NAN_PRODUCT: np.nan, SKIPPED: 7 * 1 + 11 * 2 + 17 * 7 + 19 * 8},
        ),
        of_subnormals(
            "conv2d", {"image": SUBNORMAL, "filters": _CENTRE.astype(np.float32)}, (6, 6, 1)
        ),
    ]


def _of_dtypes() -> list[Behaviour]:
    pairs = (
        *(("float32", "float32"), ("float16", "float16"), ("float64", "float32")),
        *(("float32", "float64"), ("float16", "float32"), ("float32", "int64")),
        *(("uint8", "float32"), ("int32", "int32"), ("int64", "int64")),
    )
    ones = np.ones((1, 3, 3), np.float16)
    return [
        sums_of_float16("conv2d", {"image": FLOAT16_TERMS, "filters": ones}, 2056, 2048),
        in_float64(
            "conv2d",
            {"image": np.full((4, 5), ABOVE_1), "filters": _CENTRE},
            np.full((2, 3, 1), ABOVE_1),
        ),
        *(
            dtype_of_result(
                f"conv2d-dtype-{image}-{filters}",
                {"image": counted(4, 5, dtype=image), "filters": _CENTRE.astype(filters)},
            )
            for image, filters in pairs
        ),
        *(
            one_of(
                f"conv2d-uint8-{filters}",
                {
                    "image": np.full((3, 3), 200, np.uint8),
                    "filters": np.full((1, 3, 3), 2, filters),
                },
                {WIDE: [[[3600]]], WRAPS: [[[3600 % 256]]], SATURATES: [[[255]]]},
                as_given=True,
            )
            for filters in ("uint8", "int64")
        ),
    ]


def _of_memory() -> list[Behaviour]:
    bank = reals("bank", 9, 3, 3, 7)
    small = {"image": counted(5, 6), "filters": counted(2, 3, 3)}
    return [
        bits_of_fortran("conv2d", {"image": reals("fortran", 13, 14, 7), "filters": bank}),
        bits_of_batch(
            "conv2d",
            *(
                {"image": reals("batch", 5, *sides, 7), "filters": bank}
                for sides in ((13, 14), (3, 4), (3, 3))
            ),
        ),
        returned_object("conv2d", small),
        *orders_of("conv2d", small),
    ]


def _of_nothing() -> list[Behaviour]:
    return [
        one_of(
            "conv2d-no-channels",
            {"image": np.zeros((4, 5, 0)), "filters": np.zeros((2, 3, 3, 0))},
            {"zeros, the sum of nothing": np.zeros((2, 3, 2)), EMPTY: np.zeros((2, 3, 0))},
        ),
        of_nothing(
            "conv2d-no-filters", {"image": counted(4, 5), "filters": np.zeros((0, 3, 3))}, (2, 3, 0)
        ),
        of_nothing(
            "conv2d-no-images",
            {"image": np.zeros((0, 5, 6, 1)), "filters": counted(2, 3, 3, 1)},
            (0, 3, 4, 2),
        ),
        of_nothing("conv2d-no-rows", {"image": np.zeros((0, 5)), "filters": _FILTER}),
        of_nothing("conv2d-filter-too-large", {"image": counted(2, 5), "filters": _FILTER}),
        refusals(
            "conv2d",
            {"image": counted(5, 6, 3), "filters": counted(2, 3, 3, 1)},
            {"image": counted(5, 6, 3), "filters": counted(2, 3, 3)},
            {"image": counted(5, 6), "filters": counted(2, 3, 3), "bias": np.ones(3)},
            {"image": counted(5, 6), "filters": counted(2, 3, 3), "stride": 0},
        ),
    ]
