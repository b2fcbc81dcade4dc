"""Global average pooling with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import orders, quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)
from cnnspec.simulation.orders import Axis, Data

_REMEDY = "return the mean of every map by itself, over all of its rows and columns"

_IMAGE, _ROW, _COLUMN, _MAP = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_MAPS = Data("maps", "the input", (_IMAGE, _ROW, _COLUMN, _MAP), _REMEDY, "is")
_RESULT = Data("result", "the means", (_IMAGE, _MAP), _REMEDY)


def compute(at: Slots, maps: Array) -> Array:
    """Compute the means in float64."""
    maps = np.asarray(maps, np.float64)
    images = at("maps", maps if maps.ndim == 4 else maps[np.newaxis])
    sums = at("sums", images.sum(axis=(1, 2)), x=images)
    area = at("divisor", float(images.shape[1] * images.shape[2]), x=images)
    means = at("reduced", sums / area, x=images)
    means = at("result", means, x=images)
    return np.asarray(at("answer", means if maps.ndim == 4 else means[0]))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_RESULT),
            _of_reduction(),
            orders.squeezed("answer", "take away the axes of rows and columns only: axis=(-3, -2)"),
            of_divisor(),
            _of_parts(),
            orders.along_axes(_MAPS),
            orders.of_axes(_MAPS),
            orders.along_axes(_RESULT),
            orders.of_axes(_RESULT),
            _of_numbers(),
        )
    )


def _of_reduction() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("reduced", words, lambda _v, known: of(known["x"]), _REMEDY, rank)

    yield one("it takes the largest of each map (a global maximum)", lambda x: x.max(axis=(1, 2)))
    yield one("it takes the smallest of each map", lambda x: x.min(axis=(1, 2)))
    yield one("it takes the median of each map", lambda x: np.median(x, axis=(1, 2)))
    yield one("it takes the sum of each map, not the mean", lambda x: x.sum(axis=(1, 2)))
    yield one(
        "it takes the root of the mean square", lambda x: np.sqrt((x**2).mean(axis=(1, 2))), KNOWN
    )
    yield one("it takes the standard deviation of each map", lambda x: x.std(axis=(1, 2)), KNOWN)
    yield one(
        "it takes the mean of the absolute values", lambda x: np.abs(x).mean(axis=(1, 2)), KNOWN
    )
    yield one("it takes half the sum of the largest and the smallest",
              lambda x: (x.max(axis=(1, 2)) + x.min(axis=(1, 2))) / 2, ODD)  # fmt: skip
    yield one("each map gets the mean of all maps together",
              lambda x: x.mean(axis=(1, 2, 3))[:, None].repeat(x.shape[3], axis=1))  # fmt: skip
    yield one("each image gets the means over all images of the batch",
              lambda x: np.repeat(x.mean(axis=(0, 1, 2))[np.newaxis], len(x), axis=0))  # fmt: skip
    yield one("each image gets the means of the first one",
              lambda x: np.repeat(x[:1].mean(axis=(1, 2)), len(x), axis=0))  # fmt: skip
    yield one("a mean is taken of the largest numbers of the rows",
              lambda x: x.max(axis=2).mean(axis=1), KNOWN)  # fmt: skip
    for axes, words in (
        ((2, 3), "over columns and maps, not over rows and columns: one for each row"),
        ((1, 3), "over rows and maps, not over rows and columns: one for each column"),
        ((0, 1), "over images and rows, not over rows and columns"),
        ((1,), "over the rows only"),
        ((2,), "over the columns only"),
        ((1, 2, 3), "over all maps: one number for each image"),
        ((3,), "over the maps: one for each place"),
        ((0, 1, 2, 3), "over everything: one number"),
    ):
        yield one(f"the mean is taken {words}", bound(lambda x, axes: x.mean(axis=axes), axes))
    yield one("only the middle element of each map is taken",
              lambda x: x[:, x.shape[1] // 2, x.shape[2] // 2], KNOWN)  # fmt: skip
    yield one("only the first element of each map is taken", lambda x: x[:, 0, 0])
    yield one("only the last element of each map is taken: it is stored, not added",
              lambda x: x[:, -1, -1])  # fmt: skip
    for size in (2, 3, 4, 7, 8):
        yield one(
            f"only the first window of {size}x{size} is averaged",
            bound(lambda x, size: x[:, :size, :size].mean(axis=(1, 2)), size),
            KNOWN,
        )
    yield one("only the square of as many columns as rows is averaged", _square, KNOWN)


def _square(x: Array) -> Array:
    side = min(x.shape[1:3])
    return np.asarray(x[:, :side, :side].mean(axis=(1, 2)))


def of_divisor() -> Iterator[Hypothesis]:
    """Return by what may be divided instead."""
    for words, of, rank in (
        ("the rows only", lambda x: x.shape[1], COMMON),
        ("the columns only", lambda x: x.shape[2], COMMON),
        ("the square of the rows", lambda x: x.shape[1] ** 2, COMMON),
        ("the square of the columns", lambda x: x.shape[2] ** 2, COMMON),
        ("rows plus columns", lambda x: x.shape[1] + x.shape[2], KNOWN),
        ("rows * columns * maps", lambda x: x[0].size, COMMON),
        ("rows * columns * images", lambda x: x[..., 0].size, COMMON),
        ("rows * columns - 1", lambda x: x.shape[1] * x.shape[2] - 1, COMMON),
        ("rows * columns + 1", lambda x: x.shape[1] * x.shape[2] + 1, KNOWN),
        ("the number of maps", lambda x: x.shape[3], COMMON),
        ("columns * maps", lambda x: x.shape[2] * x.shape[3], KNOWN),
        ("rows * maps", lambda x: x.shape[1] * x.shape[3], KNOWN),
        ("the root of rows * columns", lambda x: (x.shape[1] * x.shape[2]) ** 0.5, KNOWN),
        ("49, as for maps of 7x7", lambda _x: 49.0, COMMON),
        ("64, as for maps of 8x8", lambda _x: 64.0, KNOWN),
        ("16, as for maps of 4x4", lambda _x: 16.0, KNOWN),
        ("the number of elements that are not 0", lambda x: (x != 0).sum(axis=(1, 2)), COMMON),
        ("the number of elements above 0", lambda x: (x > 0).sum(axis=(1, 2)), KNOWN),
    ):
        change = bound(lambda _v, known, of: of(known["x"]), of)
        said = f"the sums are divided by {words}, not by rows * columns"
        yield Hypothesis("divisor", said, change, "divide by rows * columns", rank)


def _of_parts() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("sums", words, lambda _v, known: of(known["x"]), _REMEDY, rank)

    yield one("the last row is not added", lambda x: x[:, :-1].sum(axis=(1, 2)))
    yield one("the last column is not added", lambda x: x[:, :, :-1].sum(axis=(1, 2)))
    yield one("the first row is not added", lambda x: x[:, 1:].sum(axis=(1, 2)))
    yield one("the first column is not added", lambda x: x[:, :, 1:].sum(axis=(1, 2)))
    yield one("neither the last row nor the last column is added",
              lambda x: x[:, :-1, :-1].sum(axis=(1, 2)))  # fmt: skip
    yield one("the last element is not added", lambda x: x.sum(axis=(1, 2)) - x[:, -1, -1])
    yield one("the first element is not added", lambda x: x.sum(axis=(1, 2)) - x[:, 0, 0])
    yield one("the first element is added twice", lambda x: x.sum(axis=(1, 2)) + x[:, 0, 0], KNOWN)
    yield one("negative elements are not added", lambda x: np.maximum(x, 0).sum(axis=(1, 2)))
    yield one("the sum goes on from map to map: it is not set to zero",
              lambda x: np.cumsum(x.sum(axis=(1, 2)), axis=-1))  # fmt: skip
    yield one("the sum goes on from image to image: it is not set to zero",
              lambda x: np.cumsum(x.sum(axis=(1, 2)), axis=0))  # fmt: skip
    for block in orders.BLOCKS:
        yield one(
            f"elements beyond the last full block of {block} are not added",
            bound(_in_blocks, block),
            KNOWN,
        )
    yield one("sums wrap around, as those of bytes do", lambda x: x.sum(axis=(1, 2)) % 256, KNOWN)


def _in_blocks(x: Array, block: int) -> Array:
    flat = x.reshape(len(x), -1, x.shape[3])
    return np.asarray(flat[:, : flat.shape[1] // block * block].sum(axis=1))


def _of_numbers() -> Iterator[Hypothesis]:
    for data in (_RESULT, Data("maps", "the numbers", (), _REMEDY)):
        yield from quantities.casts(data)
        yield from quantities.factors(data, {})
        yield from quantities.normalisations(data, {"": None})
    yield Hypothesis(
        "result",
        "the axes of rows and columns are kept: each mean is a map of 1x1",
        lambda v, _k: v[:, np.newaxis, np.newaxis],
        "return one number for each map: (K,), or (N, K)",
        COMMON,
    )


def measured(_given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("result", "the means", got, due, _REMEDY)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    maps = given["maps"]
    rows, columns, count = maps.shape[-3:]
    return {
        "rows": rows,
        "columns": columns,
        "maps": count,
        "images": len(maps) if maps.ndim == 4 else 1,
    }


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    rows, columns, count, number = draw.apart(4, 1, draw.pick(7, 9, 12))
    if draw.pick(True, *[False] * 5):
        columns = rows
    shape = draw.pick((rows, columns, count), (number, rows, columns, count))
    return draw.varied({"maps": draw.reals(*shape) + draw.pick(0, 0, 3)})


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
