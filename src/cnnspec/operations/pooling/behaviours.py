"""What correct poolings answer differently: NaN, signs of zeros, what fills no window, dtypes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.declaration.behaviour import (
    DEPENDS,
    OTHER,
    Asker,
    Behaviour,
    name_of,
    single_number,
    unanimous,
)
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    FLOAT16_TERMS,
    SATURATES,
    SUBNORMAL,
    WIDE,
    WRAPS,
    bits_of_batch,
    bits_of_fortran,
    counted,
    dtype_of_result,
    in_float64,
    marks,
    memory_of,
    negative_zeros,
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
from cnnspec.operations.pooling import exact

Array = NDArray[Any]


def _windows(*windows: ArrayLike) -> Array:
    """Return maps (2, columns, 1) whose windows of 2x2 hold the given numbers, row by row."""
    return np.hstack([np.reshape(window, (2, 2)) for window in windows])[..., np.newaxis]


_NAN_WINDOWS = _windows(*[with_number(counted(4), (place,), np.nan) for place in range(4)] * 9)
_ZEROS = _windows(
    [-0.0, -0.0, -0.0, 0.0], [0.0, -0.0, -0.0, -0.0], [-0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, -0.0]
)
_ZERO_ANSWERS = {
    "+0.0": [False] * 4,
    "-0.0": [True] * 4,
    "the first": [True, False, True, False],
    "the last": [False, True, False, True],
}
_LEFT_OVER = counted(3, 5, 1) ** 2
PROPAGATES, LOST = "it is NaN", "NaN is left out"
_ONLY_NAN = {"NaN": np.nan, "infinity": np.inf, "minus infinity": -np.inf, "0": 0.0}
_LIMITS = ("the lowest number of the dtype", "the highest number of the dtype")


def of_maximum() -> list[Behaviour]:
    """Return what the maximum is asked."""
    full = exact.max_pool2d(_LEFT_OVER)
    return [
        *_of_selecting("max_pool2d"),
        _left_over("max_pool2d", full, pooled_by_themselves=np.max),
        *_of_all("max_pool2d"),
    ]


def of_minimum() -> list[Behaviour]:
    """Return what the minimum is asked."""
    full = exact.min_pool2d(_LEFT_OVER)
    return [
        *_of_selecting("min_pool2d"),
        _left_over("min_pool2d", full, pooled_by_themselves=np.min),
        *_of_all("min_pool2d"),
    ]


def of_mean() -> list[Behaviour]:
    """Return what the mean is asked."""
    return [
        spread_of(
            "avg_pool2d-nan",
            {"maps": with_number(counted(6, 8, 2), (2, 3, 1), np.nan)},
            marks((3, 4, 2), (1, 1, 1)),
        ),
        _left_over(
            "avg_pool2d",
            exact.avg_pool2d(_LEFT_OVER).high,
            the_mean_of_what_there_is=np.mean,
            their_sum_over_the_whole_area=lambda part: np.sum(part) / 4,
        ),
        one_of(
            "avg_pool2d-padding",
            {"maps": np.full((2, 2, 1), 8.0), "size": 2, "padding": 1},
            {"they count": np.full((2, 2, 1), 2.0), "they do not": np.full((2, 2, 1), 8.0)},
        ),
        one_of(
            "avg_pool2d-uint8",
            {"maps": np.full((2, 2, 1), 201, np.uint8)},
            {WIDE: [[[201]]], WRAPS: [[[804 % 256 / 4]]], SATURATES: [[[255 / 4]]]},
            as_given=True,
        ),
        one_of(
            "avg_pool2d-int64",
            {"maps": _windows([-3, -2, -2, -2])},
            {"-2.25": [[[-2.25]]], "cut off to -2": [[[-2]]], "rounded down to -3": [[[-3]]]},
            as_given=True,
        ),
        sums_of_float16(
            "avg_pool2d", {"maps": FLOAT16_TERMS[..., np.newaxis], "size": 3}, 228.5, 227.5
        ),
        bits_of_fortran("avg_pool2d", {"maps": reals("fortran", 12, 14, 7)}),
        bits_of_batch("avg_pool2d", {"maps": reals("batch", 5, 12, 14, 7)}),
        *_of_all("avg_pool2d"),
    ]


def _nan_in_window(asker: Asker) -> str:
    got = asker({"maps": _NAN_WINDOWS})
    return unanimous(np.isnan(got), PROPAGATES, LOST) if got.shape == (1, 36, 1) else OTHER


def _only_nan(asker: Asker) -> str:
    got = asker({"maps": np.full((2, 2, 1), np.nan)})
    number = np.array(single_number(got))
    if got.dtype.kind == "f" and abs(number) == np.finfo(got.dtype).max:
        return _LIMITS[int(number > 0)]
    return name_of(number, _ONLY_NAN)


def _zeros_in_window(asker: Asker) -> str:
    negative = negative_zeros(asker({"maps": _ZEROS}), (1, 4, 1)).ravel().tolist()
    return next((name for name, signs in _ZERO_ANSWERS.items() if signs == negative), DEPENDS)


def _left_over(operation: str, full: Array, **combined: Callable[[Array], Any]) -> Behaviour:
    """Ask what becomes of rows and columns that fill no window; ``full`` uses full windows only."""
    corners = [np.s_[row : row + 2, column : column + 2] for row in (0, 2) for column in (0, 2, 4)]
    answers = {"dropped": full}
    for words, combine in combined.items():
        found = [combine(_LEFT_OVER[corner]) for corner in corners]
        answers[words.replace("_", " ")] = np.reshape(found, (2, 3, 1))
    return one_of(f"{operation}-left-over", {"maps": _LEFT_OVER}, answers)


def _of_selecting(operation: str) -> list[Behaviour]:
    """Ask maximum and minimum."""
    return [
        Behaviour(f"{operation}-nan", (PROPAGATES, LOST, DEPENDS), _nan_in_window),
        Behaviour(f"{operation}-only-nan", (*_ONLY_NAN, *_LIMITS), _only_nan),
        Behaviour(f"{operation}-zeros", (*_ZERO_ANSWERS, DEPENDS), _zeros_in_window),
    ]


def _of_all(operation: str) -> list[Behaviour]:
    """Ask what all poolings are asked, last what is the likeliest not to return."""
    maps = counted(4, 6, 2)
    subnormal = np.array(SUBNORMAL[..., np.newaxis])
    return [
        of_subnormals(operation, {"maps": subnormal}, (4, 4, 1)),
        in_float64(operation, {"maps": np.full((4, 6, 2), ABOVE_1)}, np.full((2, 3, 2), ABOVE_1)),
        *(
            dtype_of_result(f"{operation}-dtype-{dtype}", {"maps": maps.astype(dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        returned_object(operation, {"maps": maps}),
        *orders_of(operation, {"maps": maps}),
        memory_of(operation, {"maps": maps, "size": 1}),
        of_nothing(f"{operation}-no-images", {"maps": np.zeros((0, 4, 6, 2))}, (0, 2, 3, 2)),
        of_nothing(f"{operation}-no-maps", {"maps": np.zeros((4, 6, 0))}, (2, 3, 0)),
        of_nothing(f"{operation}-no-rows", {"maps": np.zeros((0, 4, 2))}),
        of_nothing(f"{operation}-window-too-large", {"maps": counted(1, 4, 2)}),
        of_nothing(f"{operation}-padding-too-large", {"maps": maps, "size": 2, "padding": 2}),
        refusals(operation, {"maps": maps, "size": 2, "stride": 0}),
    ]
