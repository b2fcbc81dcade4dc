"""What correct gradients of poolings answer differently: ties, NaN, divisors, dtypes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    SUBNORMAL,
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
    with_number,
)

Array = NDArray[Any]

#: Windows of 2x2 in which several elements are the largest, 1; in those of minima, the smallest.
_EQUAL = np.array(
    [
        [[1, 1], [0, 0]],
        [[0, 1], [1, 0]],
        [[0, 0], [1, 1]],
        [[0, 1], [1, 1]],
        [[1, 0], [1, 1]],
        [[1, 1], [1, 1]],
    ]
)

#: What comes in for a window.
_INCOMING = 12.0


def _laid(windows: Array) -> Array:
    """Return maps (2, columns, 1) of windows of 2x2 side by side."""
    return np.hstack(list(windows)).astype(np.float64)[..., np.newaxis]


def _in_one_place(marked: Array, place: int) -> Array:
    """Return what the first or the last of the marked elements of each window gets."""
    found = np.zeros((len(marked), 4))
    for window, flat in enumerate(marked.reshape(-1, 4)):
        found[window, np.flatnonzero(flat)[place]] = _INCOMING
    return found.reshape(marked.shape)


def _ways(marked: Array) -> dict[str, Array]:
    """Return the gradients of windows whose marked elements are equal, by who gets it."""
    every = marked * _INCOMING
    return {
        "the first": _laid(_in_one_place(marked, 0)),
        "the last": _laid(_in_one_place(marked, -1)),
        "all, in equal parts": _laid(every / marked.sum(axis=(1, 2), keepdims=True)),
        "all, each the whole of it": _laid(every),
    }


def _call(maps: Array) -> dict[str, Array]:
    """Return the gradient of windows of 2x2, with the same number coming in for each."""
    rows, columns, count = maps.shape
    return {"grad": np.full((rows // 2, columns // 2, count), _INCOMING), "maps": maps}


#: NaN at each place of a window; the largest number is never beside it in the same order.
_NAN = np.array(
    [
        [[np.nan, 1], [3, 2]],
        [[3, np.nan], [1, 2]],
        [[1, 3], [np.nan, 2]],
        [[2, 3], [1, np.nan]],
        [[np.nan, 3], [2, 1]],
    ]
)


def _of_nan(combine: Callable[..., Any]) -> dict[str, Array]:
    """Return the gradients of windows with a NaN, by who gets it."""
    is_nan = np.isnan(_NAN)
    numbers = np.where(is_nan, -np.inf if combine is np.max else np.inf, _NAN)
    extreme = numbers == combine(numbers, axis=(1, 2), keepdims=True)
    last = np.zeros(_NAN.shape)
    last[:, -1, -1] = _INCOMING
    return {
        "the NaN": _laid(is_nan * _INCOMING),
        "the number that wins without it": _laid(extreme * _INCOMING),
        "the last element": _laid(last),
        "the first element": _laid(last[:, ::-1, ::-1]),
        # a search that goes on from what is not the better: new > best, or not best >= new
        "the NaN where it stands first, else the number that wins": _laid(
            _searched(combine, keeps_nan=True)
        ),
        "the number that wins behind the NaN, or the NaN where it stands last": _laid(
            _searched(combine, keeps_nan=False)
        ),
        "no element": _laid(np.zeros(_NAN.shape)),
    }


def _searched(combine: Callable[..., Any], *, keeps_nan: bool) -> Array:
    """Return the gradients of windows with a NaN that are searched element by element."""
    found = np.zeros((len(_NAN), 4))
    sign = 1.0 if combine is np.max else -1.0
    for window, numbers in enumerate(sign * _NAN.reshape(-1, 4)):
        best = 0
        for place in range(1, 4):
            if numbers[place] > numbers[best] if keeps_nan else not numbers[best] >= numbers[place]:
                best = place
        found[window, best] = _INCOMING
    return found.reshape(_NAN.shape)


def of_selecting(operation: str, combine: Callable[..., Any]) -> list[Behaviour]:
    """Return what the gradients of maximum and minimum are asked."""
    equal = _EQUAL if combine is np.max else 1 - _EQUAL
    marked = _EQUAL == 1
    zeros = np.array([[[-0.0, 0.0], [0.0, -0.0]], [[0.0, -0.0], [-0.0, 0.0]]])
    is_zero = np.ones(zeros.shape, bool)
    signed = np.signbit(zeros) ^ (combine is np.max)
    by_sign = {
        "the first with the sign that wins": _laid(_in_one_place(signed, 0)),
        "the last with the sign that wins": _laid(_in_one_place(signed, -1)),
    }
    return [
        one_of(f"{operation}-ties", _call(_laid(equal)), _ways(marked)),
        one_of(f"{operation}-zeros", _call(_laid(zeros)), _ways(is_zero) | by_sign),
        one_of(f"{operation}-nan", _call(_laid(_NAN)), _of_nan(combine)),
        *_of_all(operation),
    ]


def of_mean() -> list[Behaviour]:
    """Return what the gradient of the mean is asked."""
    operation = "avg_pool2d_backward"
    grad = with_number(counted(2, 3, 2), (1, 2, 0), np.nan)
    maps = counted(4, 6, 2)
    return [
        spread_of(
            f"{operation}-nan",
            {"grad": grad, "maps": maps},
            marks((4, 6, 2), (slice(2, 4), slice(4, 6), 0)),
        ),
        one_of(
            f"{operation}-padding",
            {
                "grad": np.full((2, 2, 1), 8.0),
                "maps": counted(2, 2, 1),
                "size": 2,
                "padding": 1,
            },
            {"they count": np.full((2, 2, 1), 2.0), "they do not": np.full((2, 2, 1), 8.0)},
        ),
        *_of_all(operation),
    ]


def _of_all(operation: str) -> list[Behaviour]:
    """Ask what all gradients of poolings are asked, last what is the likeliest not to return."""
    maps = counted(4, 6, 2)
    given = {"grad": counted(2, 3, 2), "maps": maps}
    subnormal = np.array(SUBNORMAL[..., np.newaxis])
    of_ones = {"maps": counted(4, 6, 2), "size": 1}
    return [
        of_subnormals(
            operation,
            {"grad": subnormal, "maps": counted(8, 8, 1, dtype="float32"), "size": 1},
            (8, 8, 1),
        ),
        in_float64(
            operation,
            {"grad": np.full((4, 6, 2), ABOVE_1), **of_ones},
            np.full((4, 6, 2), ABOVE_1),
        ),
        *(
            dtype_of_result(
                f"{operation}-dtype-{dtype}",
                {name: array.astype(dtype) for name, array in given.items()},
            )
            for dtype in ("float32", "float16")
        ),
        returned_object(operation, given),
        *orders_of(operation, given),
        of_nothing(
            f"{operation}-no-images",
            {"grad": np.zeros((0, 2, 3, 2)), "maps": np.zeros((0, 4, 6, 2))},
            (0, 4, 6, 2),
        ),
        refusals(operation, {**given, "stride": 0}),
    ]
