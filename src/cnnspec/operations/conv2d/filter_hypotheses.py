"""What may be done to the filters: turned, simplified, a weight of theirs left out."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.slots import FORMULA
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]


def of_filters() -> Iterator[Hypothesis]:
    """Return what may stand in the place of the filters."""
    remedy = "multiply image[i + a, j + b] by filter[a, b], as it lies over the window"
    yield Hypothesis(
        "filters",
        "the filter is rotated by 180 degrees (true convolution instead of cross-correlation)",
        lambda value, _known: value[:, ::-1, ::-1],
        remedy,
        COMMON,
    )
    yield Hypothesis(
        "filters",
        "rows and columns of the filters are swapped: they are transposed",
        lambda value, _known: value.swapaxes(1, 2),
        remedy,
        COMMON,
    )
    for words, turns in (("90 degrees to the left", 1), ("90 degrees to the right", -1)):
        yield Hypothesis(
            "filters",
            f"the filter is rotated by {words}",
            bound(lambda value, _known, k: np.rot90(value, k, (1, 2)), turns),
            remedy,
            KNOWN,
        )
    yield Hypothesis(
        "filters",
        "the filter is flipped about its other diagonal (rotated and transposed)",
        lambda value, _known: value[:, ::-1, ::-1].swapaxes(1, 2),
        remedy,
        ODD,
    )
    yield Hypothesis(
        "filters",
        "the filter is taken for a product of a column and a row (separable): its largest part",
        _rank_one,
        remedy,
        KNOWN,
    )
    for words, middle in (("largest weight", None), ("first weight", 0), ("middle", 1)):
        yield Hypothesis(
            "filters",
            "the filter is taken for a product of a column and a row (separable): those of its"
            f" {words}",
            bound(lambda value, _known, middle: _crossed(value, middle), middle),
            remedy,
            KNOWN,
        )
    for words, at in (("first", (0, 0)), ("last", (-1, -1))):
        yield Hypothesis(
            "filters",
            f"the {words} weight of each filter is left out",
            bound(lambda value, _known, at: _without(value, at), at),
            remedy,
            KNOWN,
        )
    yield Hypothesis(
        "filters",
        "the filter's middle is left out",
        _without_middle,
        FORMULA,
        KNOWN,
    )
    yield Hypothesis(
        "filters",
        "only the filter's middle counts",
        lambda value, known: value - _without_middle(value, known),
        FORMULA,
        KNOWN,
    )


def _rank_one(value: Array, _known: Known) -> Array:
    """Return filters of which only the largest product of a column and a row is left."""
    planes = value.transpose(0, 3, 1, 2)
    left, sizes, right = np.linalg.svd(planes)
    first = left[..., :, :1] * sizes[..., :1, np.newaxis] * right[..., :1, :]
    return np.asarray(first.transpose(0, 2, 3, 1))


def _crossed(value: Array, middle: int | None) -> Array:
    """Return filters that are the product of one column and one row of theirs, by where they meet.

    That is the largest weight if ``middle`` is ``None``, else the middle one, or the first.
    """
    planes = np.array(value.transpose(0, 3, 1, 2), np.float64)
    for plane in planes.reshape(-1, *planes.shape[2:]):
        row, column = (
            (middle * (size // 2) for size in plane.shape)
            if middle is not None
            else (np.unravel_index(np.abs(plane).argmax(), plane.shape))
        )
        if plane[row, column]:
            plane[:] = np.outer(plane[:, column], plane[row]) / plane[row, column]
    return np.asarray(planes.transpose(0, 2, 3, 1))


def _without_middle(value: Array, _known: Known) -> Array:
    return _without(value, (value.shape[1] // 2, value.shape[2] // 2))


def _without(value: Array, at: tuple[int, int]) -> Array:
    value = np.array(value)
    value[:, at[0], at[1]] = 0
    return value
