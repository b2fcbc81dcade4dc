"""What correct transposed convolutions answer differently: zeros between, dtypes, nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    EMPTY,
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
from cnnspec.operations.conv_transpose2d import exact
from cnnspec.operations.conv_transpose2d.cases import OPERATION

Array = NDArray[Any]

_IMAGE = counted(2, 3, 1)
_FILTER = np.array([[1.0, 2, 3], [5, 7, 11], [13, 17, 19]]).reshape(1, 3, 3, 1)
_ONE = np.ones((1, 1, 1, 1))


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [*_of_odd_numbers(), *_of_options(), *_of_dtypes(), *_of_memory(), *_of_nothing()]


def _of_odd_numbers() -> list[Behaviour]:
    infinite = with_number(_FILTER, (0, 0, 0, 0), np.inf)
    return [
        spread_of(
            f"{OPERATION}-nan-pixel",
            {"image": with_number(counted(4, 5, 1), (1, 2, 0), np.nan), "filters": _FILTER},
            marks((6, 7, 1), np.s_[1:4, 2:5]),
        ),
        at_element(
            f"{OPERATION}-infinity-under-zero",
            {
                "image": with_number(_IMAGE, (0, 0, 0), np.inf),
                "filters": with_number(_FILTER, (0, 0, 1, 0), 0),
            },
            (0, 1, 0),
            {NAN_PRODUCT: np.nan, SKIPPED: 2.0},
        ),
        at_element(
            f"{OPERATION}-infinity-between-pixels",
            {"image": _IMAGE, "filters": infinite, "stride": 2},
            (1, 1, 0),
            {NAN_PRODUCT: np.nan, SKIPPED: 7.0},
        ),
        at_element(
            f"{OPERATION}-infinity-beyond-the-image",
            {"image": _IMAGE, "filters": infinite},
            (3, 4, 0),
            {NAN_PRODUCT: np.nan, SKIPPED: 6 * 19.0},
        ),
        of_subnormals(
            OPERATION,
            {"image": SUBNORMAL[..., np.newaxis], "filters": _ONE.astype(np.float32)},
            (8, 8, 1),
        ),
    ]


def _of_options() -> list[Behaviour]:
    plain: dict[str, Any] = {"image": _IMAGE, "filters": _FILTER}
    wide = np.pad(exact.conv_transpose2d(**plain).high, ((1, 1), (1, 1), (0, 0)))
    return [
        one_of(
            f"{OPERATION}-negative-padding",
            {**plain, "padding": -1},
            {"zeros around the maps": wide, "the maps without padding": wide[1:-1, 1:-1]},
        ),
        one_of(
            f"{OPERATION}-output-padding-as-the-stride",
            {**plain, "stride": 2, "output_padding": 2},
            {
                "zeros at the end": np.pad(
                    exact.conv_transpose2d(**plain, stride=2).high, ((0, 2), (0, 2), (0, 0))
                )
            },
        ),
    ]


def _of_dtypes() -> list[Behaviour]:
    pairs = (
        *(("float32", "float32"), ("float16", "float16"), ("float64", "float32")),
        *(("float32", "float64"), ("float32", "int64"), ("uint8", "float32")),
        *(("int64", "int64"),),
    )
    terms = np.array([2048.0] + [1.0] * 8).astype(np.float16)
    return [
        sums_of_float16(
            OPERATION,
            {"image": terms.reshape(1, 1, 9), "filters": np.ones((9, 1, 1, 1), np.float16)},
            2056,
            2048,
        ),
        in_float64(
            OPERATION,
            {"image": np.full((2, 3, 1), ABOVE_1), "filters": _ONE},
            np.full((2, 3, 1), ABOVE_1),
        ),
        *(
            dtype_of_result(
                f"{OPERATION}-dtype-{image}-{filters}",
                {"image": counted(2, 3, 1, dtype=image), "filters": _ONE.astype(filters)},
            )
            for image, filters in pairs
        ),
        one_of(
            f"{OPERATION}-uint8-uint8",
            {
                "image": np.full((1, 1, 9), 200, np.uint8),
                "filters": np.full((9, 1, 1, 1), 2, np.uint8),
            },
            {WIDE: [[[3600]]], WRAPS: [[[3600 % 256]]], SATURATES: [[[255]]]},
            as_given=True,
        ),
    ]


def _of_memory() -> list[Behaviour]:
    bank = reals("bank-transposed", 7, 3, 3, 5)
    small = {"image": counted(3, 4, 2), "filters": counted(2, 3, 3, 2)}
    return [
        bits_of_fortran(OPERATION, {"image": reals("fortran", 8, 9, 7), "filters": bank}),
        bits_of_batch(
            OPERATION,
            *(
                {"image": reals("batch", 5, *sides, 7), "filters": bank}
                for sides in ((8, 9), (3, 4), (1, 1))
            ),
        ),
        returned_object(OPERATION, small),
        *orders_of(OPERATION, small),
    ]


def _of_nothing() -> list[Behaviour]:
    return [
        one_of(
            f"{OPERATION}-no-channels",
            {"image": np.zeros((3, 4, 0)), "filters": np.zeros((0, 3, 3, 2))},
            {"zeros, the sum of nothing": np.zeros((5, 6, 2)), EMPTY: np.zeros((5, 6, 0))},
        ),
        of_nothing(
            f"{OPERATION}-no-images",
            {"image": np.zeros((0, 3, 4, 1)), "filters": counted(1, 3, 3, 2)},
            (0, 5, 6, 2),
        ),
        of_nothing(f"{OPERATION}-no-rows", {"image": np.zeros((0, 4, 1)), "filters": _FILTER}),
        of_nothing(
            f"{OPERATION}-all-taken-away",
            {"image": counted(1, 1, 1), "filters": _FILTER, "padding": 2},
        ),
        refusals(
            OPERATION,
            {"image": counted(3, 4, 3), "filters": counted(2, 3, 3, 3)},
            {"image": counted(3, 4, 2), "filters": counted(2, 3, 3, 3), "bias": np.ones(4)},
            {"image": counted(3, 4, 2), "filters": counted(2, 3, 3, 3), "stride": 0},
        ),
    ]
