"""Runs of calls in which what is kept of one call would answer another wrongly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.case import Array, Case

#: Calls of a long run: two more than buffers are likely to be used in turn.
LONG = 66


def same_bytes(case: Case, name: str) -> list[Case]:
    """Return the case with an array of bytes, once without and once with a sign.

    What is remembered by its bytes and its shape, and not by its dtype, takes one for the other.
    """
    values = np.asarray(case.arguments[name])
    unsigned = (np.arange(values.size) * 37 % 256).astype(np.uint8).reshape(values.shape)
    return [_with(case, name, array) for array in (unsigned, unsigned.view(np.int8))]


def whole_first(case: Case, name: str) -> list[Case]:
    """Return the case with an array of integers, and then as it is.

    A buffer that keeps the first dtype drops fractions.
    """
    values = np.asarray(case.arguments[name])
    return [_with(case, name, (values * 9).astype(dtype)) for dtype in ("int8", "int32")] + [case]


def widening(case: Case, *dtypes: str) -> list[Case]:
    """Return the case in each floating dtype in turn: a buffer keeps the first one's precision."""
    return [case.cast(dtype) for dtype in dtypes or ("float32", "float64")]


def with_options(case: Case, *options: Mapping[str, Any]) -> list[Case]:
    """Return the case with each set of options, on the very same arrays."""
    return [
        replace(
            case,
            id="-".join([case.id, *map(_short, one.items())]),
            arguments={**case.arguments, **one},
        )
        for one in options
    ]


def in_shapes(case: Case, name: str, *shapes: Sequence[int]) -> list[Case]:
    """Return the case with the same numbers in other shapes of an array."""
    values = case.arguments[name]
    return [
        replace(
            case,
            id=f"{case.id}-{'x'.join(map(str, shape))}",
            arguments={**case.arguments, name: values.reshape(shape)},
        )
        for shape in shapes
    ]


def long_run(case: Case, name: str) -> list[Case]:
    """Return many cases that differ in the numbers of one array alone, all of them."""
    values = np.asarray(case.arguments[name])
    return [
        replace(
            case,
            id=f"{case.id}-{turn}",
            arguments={**case.arguments, name: values * (1 + turn / 64)},
        )
        for turn in range(LONG)
    ]


def _with(case: Case, name: str, array: Array) -> Case:
    arguments = {**case.arguments, name: array}
    return replace(case, id=f"{case.id}-{array.dtype}", arguments=arguments, may_refuse=True)


def _short(option: tuple[str, Any]) -> str:
    name, value = option
    return name if isinstance(value, np.ndarray) else f"{name}-{value}"
