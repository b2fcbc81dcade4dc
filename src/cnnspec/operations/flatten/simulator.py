"""Flattening with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.global_avg_pool2d.simulator import sizes
from cnnspec.simulation import orders, quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Array,
    Draw,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)
from cnnspec.simulation.orders import Axis, Data

_REMEDY = "flatten in C order, maps.reshape(-1): the last axis runs fastest"

_AXES = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_MAPS = Data("maps", "the input", _AXES, _REMEDY, "is")
_RESULT = Data("result", "the vector", (_AXES[0], Axis("number", "numbers")), _REMEDY, "is")
_NUMBERS = Data("result", "the numbers", (), "return every number as it is")


def compute(at: Slots, maps: Array) -> Array:
    """Flatten in float64."""
    maps = np.asarray(maps, np.float64)
    images = at("maps", maps if maps.ndim == 4 else maps[np.newaxis])
    flat = at("flattening", images.reshape(len(images), int(np.prod(images.shape[1:]))), x=images)
    flat = at("result", flat, x=images)
    return np.asarray(flat if maps.ndim == 4 else flat[0])


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_NUMBERS),
            _of_order(),
            _of_batches(),
            orders.along_axes(_MAPS),
            orders.of_axes(_MAPS),
            orders.along_axes(_RESULT),
            _of_numbers(),
        )
    )


def _of_order() -> Iterator[Hypothesis]:
    """Return the orders in which one image's maps may be laid out."""

    def one(words: str, of: Callable[[Array], Array], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(
            "flattening",
            words,
            lambda _v, known: np.stack([of(image) for image in known["x"]]),
            _REMEDY,
            rank,
        )

    yield one("the maps are flattened in Fortran order: the first axis runs fastest",
              lambda x: x.ravel("F"))  # fmt: skip
    yield one("the maps are flattened map by map (channels first): the last axis is moved to the"
              " front", lambda x: np.moveaxis(x, -1, 0).ravel())  # fmt: skip
    yield one("the maps are flattened with rows and columns swapped",
              lambda x: x.swapaxes(0, 1).ravel())  # fmt: skip
    yield one("the maps are flattened with columns and maps swapped",
              lambda x: x.swapaxes(1, 2).ravel())  # fmt: skip
    yield one("the maps are flattened with the first axis moved to the end",
              lambda x: np.moveaxis(x, 0, -1).ravel(), KNOWN)  # fmt: skip
    yield one("the vector is in reverse order", lambda x: x.ravel()[::-1])
    yield one("every second row is flattened in reverse (to and fro)",
              lambda x: np.concatenate([row.ravel()[:: (-1) ** i] for i, row in enumerate(x)]),
              KNOWN)  # fmt: skip
    yield one("the rows of each map are in reverse order", lambda x: x[::-1].ravel(), KNOWN)
    yield one("the columns of each map are in reverse order", lambda x: x[:, ::-1].ravel(), KNOWN)
    yield one("the maps are flattened by diagonals", _diagonals, ODD)
    yield one("only the first map is flattened", lambda x: x[..., 0].ravel())
    yield one("only the last map is flattened", lambda x: x[..., -1].ravel(), KNOWN)
    yield one("only the first row is flattened", lambda x: x[0].ravel(), KNOWN)
    yield one("the last row is left out", lambda x: x[:-1].ravel(), KNOWN)
    yield one("the last column is left out", lambda x: x[:, :-1].ravel(), KNOWN)
    yield one("the last map is left out", lambda x: x[..., :-1].ravel(), KNOWN)
    yield one("zeros are left out", lambda x: x[x != 0], KNOWN)
    yield one("numbers that occur twice are left out", np.unique, ODD)
    yield one(
        "the means of the maps are returned, not their numbers", lambda x: x.mean(axis=(0, 1))
    )
    yield one("the numbers are sorted", lambda x: np.sort(x, axis=None), ODD)
    yield one("only the axes of rows and columns become one: the maps keep theirs",
              lambda x: x.reshape(-1, x.shape[-1]))  # fmt: skip
    yield one("only columns and maps become one: the rows keep their axis",
              lambda x: x.reshape(len(x), -1))  # fmt: skip
    yield one("a row of one vector is returned, not a vector", lambda x: x.reshape(1, -1))
    yield one("a column is returned, not a vector", lambda x: x.reshape(-1, 1))
    yield one(
        "a 1 for the bias is put before the vector", lambda x: np.append(1.0, x.ravel()), KNOWN
    )
    yield one(
        "a 1 for the bias is put after the vector", lambda x: np.append(x.ravel(), 1.0), KNOWN
    )


def _diagonals(x: Array) -> Array:
    places = sorted(np.ndindex(x.shape[:2]), key=lambda place: (sum(place), place))
    return np.concatenate([x[place] for place in places])


def _of_batches() -> Iterator[Hypothesis]:
    remedy = "flatten every image of a batch by itself: maps.reshape(N, -1)"

    def one(words: str, of: Callable[[Array], Array], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("flattening", words, lambda _v, known: of(known["x"]), remedy, rank)

    yield one("the images of a batch are mixed: reshaped to (-1, N) and transposed",
              lambda x: x.reshape(-1, len(x)).T)  # fmt: skip
    yield one("the images of a batch are mixed: the batch is read in Fortran order",
              lambda x: x.ravel("F").reshape(len(x), -1))  # fmt: skip
    yield one("a batch is reshaped to (N, -1) in Fortran order",
              lambda x: x.reshape(len(x), -1, order="F"))  # fmt: skip
    yield one("each image gets the vector of the first",
              lambda x: np.repeat(x[:1].reshape(1, -1), len(x), axis=0))  # fmt: skip
    yield one("an example is a column of the result, not a row", lambda x: x.reshape(len(x), -1).T)


def _of_numbers() -> Iterator[Hypothesis]:
    yield from quantities.casts(_NUMBERS)
    yield from quantities.factors(_NUMBERS, {})
    yield from quantities.normalisations(_NUMBERS, {"": None, "of each image": (1,)})
    for words, axes in (("of each map", (1, 2)), ("of each place", (3,))):
        of_maps = Data("maps", "the numbers", (), _NUMBERS.remedy)
        yield from quantities.normalisations(of_maps, {words: axes})
    yield Hypothesis(
        "result",
        "of four neighbours the largest is taken (a pooling in one dimension)",
        bound(lambda v, _k, n: v.reshape(len(v), -1, n).max(axis=-1), 4),
        _NUMBERS.remedy,
        ODD,
    )


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    rows, columns, count, number = draw.apart(4, 1, draw.pick(6, 6, 9))
    if draw.pick(True, *[False] * 5):
        columns = rows
    shape = draw.pick((rows, columns, count), (number, rows, columns, count))
    return draw.varied({"maps": draw.reals(*shape)})


SIMULATOR = Simulator(compute=compute, hypotheses=hypotheses, sizes=sizes, draw=draw)
